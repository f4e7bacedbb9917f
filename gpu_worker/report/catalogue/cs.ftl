## Drawn over the video
overlay-trunk = Trup
overlay-neck = Krk
overlay-arm-left = Levá paže
overlay-arm-right = Pravá paže
overlay-unseen = osoba není vidět
