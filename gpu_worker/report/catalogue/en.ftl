## Drawn over the video
overlay-trunk = Trunk
overlay-neck = Neck
overlay-arm-left = Left arm
overlay-arm-right = Right arm
overlay-unseen = person not seen
