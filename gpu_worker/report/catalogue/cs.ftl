## Kresleno přes video
overlay-trunk = Trup
overlay-neck = Krk
overlay-arm-left = Levá paže
overlay-arm-right = Pravá paže
overlay-unseen = osoba není vidět

## Titul a hlavička
report-title = Pracovní polohy
report-subtitle = Hodnocení podle nařízení vlády č. 361/2007 Sb. z videozáznamu
report-page = strana { $page } z { $pages }
report-number = Protokol č.
report-revision = revize { $revision }
field-customer = Objednatel
field-workplace = Pracoviště
field-worker = Pracovník (pseudonym)
field-regime = Režim práce
field-breaks = Směna a přestávky
field-filmed-on = Datum natáčení
field-evaluated-on = Datum hodnocení
field-evaluated-by = Hodnotil
field-role = Funkce
field-reviewed-by = Přezkoumal
field-signature = Podpis
field-camera = Kamera
field-note = Poznámka
not-given = neuvedeno
shift-words = { $shift } min od začátku do konce, z toho { $meal } min přestávka na jídlo; { $work } min výkonu práce

## Závěr
verdict-half-shift = { $minutes } min v polohách N a PP je více než polovina směny.
verdict-reading = Při nastavení { $setting } = { $value }: kategorie { $category }.
refused-too-much-unknown = Osoba nebyla vidět déle než 20 % natočené doby, proto se závěr podle předpisu neuvádí.
verdict-heading = Kategorie práce podle pracovní polohy
verdict-category = Kategorie { $category }
verdict-at-least = nejméně { $category }
verdict-none = Bez závěru
verdict-certain = Žádný limit neleží v 90% intervalu některého řádku.
verdict-uncertain = V 90% intervalu nejméně jednoho řádku leží limit; kategorie není jistá.
verdict-incomplete = { $missing } z { $total } řádků nebylo hodnoceno, kategorie tedy může být jen vyšší.
verdict-worst = Rozhodl řádek: { $row }
verdict-both-readings = Při čtení limitů jako součtu všech řádků téhož druhu: kategorie { $category }.
meaning-category-1 = Pracovní poloha nepředstavuje významné riziko.
meaning-category-2 = Zátěž nepřekračuje limity, u vnímavých osob však nelze vyloučit poškození zdraví.
meaning-category-3 = Limity jsou překročeny. Jsou nutná opatření.

## Hlavní čísla
key-observed = pozorovaná práce
key-unobserved = bez záznamu
key-unknown = osoba není vidět
key-exposed = N a PP dohromady
key-half-shift = limit: polovina směny, { $minutes } min
unit-minutes = { $minutes } min

## Souhrnné tabulky
top-rows = Řádky nejblíže svým limitům
top-rows-none = Žádná poloha z 52 řádků nebyla pozorována.
top-row-minutes = { $minutes } z { $limit } min
heat-heading = Zátěž těla podle částí
heat-left = levá
heat-right = pravá
heat-note = Postava je zobrazena zepředu: levá strana pracovníka je vpravo.
legend-category = kategorie { $category }
legend-not-assessed = nehodnoceno
part-head-neck = Hlava a krk
part-trunk = Trup
part-arm-left = Levá horní končetina
part-arm-right = Pravá horní končetina
part-legs = Dolní končetiny
part-other = Ostatní
summary-statement = Výsledky se týkají pouze pozorované práce. Jde o orientační nástroj; výsledek musí přezkoumat odborně způsobilá osoba.

## Pozorovaná práce
clip-excluded = Vyloučeno
operation-whole = natočená práce
operation-workplace = Minuty na tomto pracovišti
assumed-minutes = Minuty operace „{ $operation }“ nebyly zadány: odpovídají délce jejího záznamu.
assumed-shift = Směna nebyla zadána: počítá se 480 minut bez přestávky na jídlo.
assumed-operations = Operace nebyly zadány: záznam zastupuje práci celé směny.
assumed-support-trunk = Opora trupu nebyla zadána: předpokládá se, že není.
assumed-support-head = Opora hlavy nebyla zadána: předpokládá se, že není.
assumed-support-arm-left = Opora levé paže nebyla zadána: předpokládá se, že není.
assumed-support-arm-right = Opora pravé paže nebyla zadána: předpokládá se, že není.
warning-much-unknown = Osoba nebyla vidět déle než desetinu natočené doby.
warning-unobserved-minutes = Část směny nemá záznam.
warning-operations-exceed-shift = Součet minut operací je delší než směna.
warning-half-shift-open = Zadané minuty se mohou, ale nemusí krýt s pozorovanými: zda N a PP přesahují polovinu směny, je otevřené.
warning-minutes-assumed = Minuty nejméně jedné operace nebyly zadány.
observed-heading = Co bylo pozorováno
clips-heading = Videozáznamy
clip-length = Délka
clip-observed = Pozorováno
clip-unknown = Není vidět
clip-quality = Stupeň
clip-tilt = Náklon kamery
clip-tilt-words = podélně { $pitch } ± { $pitchsigma }, příčně { $roll } ± { $rollsigma }
gravity-assumed-level = předpokládána vodorovně
gravity-estimated = odhadnuto ze záznamu
gravity-given = zadáno
clip-offsets = Odečtené neutrální úhly
clip-offsets-none = žádné
clip-in-range = Záznam leží v ověřeném rozsahu pohledu, vzdálenosti a zakrytí.
clip-out-of-range = Mimo ověřený rozsah:
range-view = osoba je většinu doby vidět zezadu nebo z boku
range-distance = osoba je v obraze příliš malá nebo příliš velká
range-occlusion = části těla jsou po značnou dobu zakryté
range-unseen = osoba je mimo obraz déle než desetinu doby
operations-heading = Operace směny
operation-name = Operace
operation-minutes = Minut za směnu
operation-pieces = Kusů za směnu
operation-piece-seconds = Sekund na kus
operation-observed = Pozorováno
operation-workers = Pracovníci
unobserved-words = { $minutes } min směny nemá záznam. Nedopočítávají se a nejsou v žádném řádku.
assumed-heading = Předpokládané vstupy
assumed-none = Vše, co metody vyžadují, bylo zadáno.
assumed-load = Břemeno nebylo zadáno: ruce se považují za prázdné.
assumed-coupling = Úchop nebyl zadán: považuje se za dobrý.
assumed-activity = Opakování a nestabilní opora nebyly zadány: určeny jsou ze záznamu, jinak se neuvažují.

## Řádky
row-counted = Započteno min
row-as-n = Počítá se jako N
row-as-pp = Počítá se jako PP
row-failing = Držena příliš dlouho
row-at-least = pozorováno nejméně { $minutes } min
row-escalated = krok 2 { $rule }: { $minutes } min se počítá jako N
row-excluded = vyloučeno
unclassified-words = { $posture } ({ $mode }): { $minutes } min za směnu; nejbližší přísnější řádek: { $row }
region-trunk-over-60 = Předklon trupu větší než 60°
region-trunk-40-to-60 = Předklon trupu 40 až 60°
region-trunk-back = Záklon trupu
region-trunk-asymmetry-over-20 = Úklon nebo pootočení trupu větší než 20°
region-trunk-asymmetry-10-to-20 = Úklon nebo pootočení trupu 10 až 20°
region-trunk-side-over-20 = Úklon trupu větší než 20°
region-head-over-25 = Předklon hlavy větší než 25°
region-head-25-to-40 = Předklon hlavy 25 až 40°
region-head-back = Záklon hlavy
region-head-back-to-15 = Záklon hlavy do 15°
region-head-asymmetry-over-15 = Úklon nebo rotace hlavy větší než 15°
region-head-asymmetry-to-15 = Úklon nebo rotace hlavy do 15°
region-arm-over-60 = Vzpažení paže větší než 60°
region-arm-40-to-60 = Vzpažení paže 40 až 60°
region-arm-back = Zapažení
region-shoulder-raised = Zvednuté rameno
region-arm-extreme = Klouby horní končetiny blízko maximálního rozpětí
region-leg-extreme = Klouby dolní končetiny blízko maximálního rozpětí
region-low-posture = Vleže, vkleče nebo v dřepu
rows-heading = 52 řádků
rows-intro = Minuty za směnu v každé poloze s 90% intervaly. N: nepřijatelná; PP: podmíněně přijatelná. Limity platí pro { $work } min výkonu práce (koeficient { $factor }): PP { $ppone } a { $pptwo } min, N { $none } a { $ntwo } min.
row-column = Řádek
row-posture = Poloha
row-kind = Druh
row-mode = Režim
row-status = Stav
row-minutes = min/směna
row-interval = 90 %
row-low = Dolní mez, 90 %
row-high = Horní mez, 90 %
row-category = Kat.
row-share = Podíl doby
row-entered = Zadané minuty
row-original = Před opravou
row-border = blízko hranice
mode-static = statická
mode-dynamic = dynamická
status-measured = změřeno
status-assumed = předpoklad
status-entered = zadáno
status-not-assessed = nehodnoceno
unclassified-heading = Polohy, které neodpovídají žádnému řádku
unclassified-none = Každá pozorovaná poloha odpovídá některému řádku nebo je pod všemi.

## Pásma
zone-bounds = { $low } až { $high }
spread-words = medián { $median }, 95 % pod { $high }, nejdelší výdrž { $hold }, { $movements } pohybů/min
zones-heading = Úhly v čase
zones-intro = Podíl pozorované doby v každém pásmu a průběh úhlu v záznamu. Šedě: není vidět.
zone-signal = Úhel
zone-from = Od
zone-to = Do
zone-level = Pásmo
zone-share = Podíl doby
zone-level-0 = přijatelné
zone-level-1 = podmíněné
zone-level-2 = nepřijatelné
spread-p10 = 10 %
spread-p50 = 50 %
spread-p90 = 90 %
spread-p95 = 95 %
spread-p99 = 99 %
spread-longest = Nejdelší výdrž
spread-holds = Výdrže > 4 s
spread-movements = Pohyby/min
spread-dose = Stupňominuty
signal-trunk-flexion = Trup, předklon
signal-trunk-inclination = Trup, sklon
signal-trunk-side-bend = Trup, úklon
signal-trunk-twist = Trup, pootočení
signal-head-flexion = Hlava, předklon
signal-neck-flexion = Krk, předklon
signal-neck-side-bend = Hlava, úklon
signal-neck-twist = Hlava, rotace
signal-arm-elevation = Paže vůči trupu
signal-arm-elevation-gravity = Paže, vzpažení
signal-arm-flexion = Paže, předpažení
signal-arm-abduction = Paže, upažení
signal-elbow-flexion = Loket
signal-wrist-flexion = Zápěstí
signal-hip-flexion = Kyčel
signal-knee-flexion = Koleno
side-left = vlevo
side-right = vpravo

## Výdrže, okamžiky
holds-heading = Statické polohy
hold-clip = Záznam
hold-start = Od
hold-end = Do
hold-seconds = Sekund
hold-angle = Průměrný úhel
moments-heading = Nejhorší okamžiky
moments-none = Žádná poloha mimo přijatelná pásma nebyla pozorována.
moment-time = { $start } až { $end }

## Další metody
side-worse = horší strana
side-both = obě
method-action-level = úroveň opatření { $level }:
method-owas-category = kategorie { $level }:
method-owas-headline = nejhorší pozorovaná kategorie { $category }
method-scores = 90 % doby nejvýše { $high }
method-side = { $side }: průměr { $mean }, medián { $median }, 90 % { $high }, nejvyšší { $highest }
method-headline-side = Strana s vyšším průměrným skóre: { $side }.
method-iso-headline = { $seconds } nad nejdelší přijatelnou výdrž
method-iso-part = { $part }: výdrží { $holds }, přijatelně { $acceptable }, nedoporučeně { $over }
method-machine-headline = { $seconds } nepřijatelně
machine-acceptable = přijatelně
machine-conditional = podmíněně přijatelně
machine-not-acceptable = nepřijatelně
lift-impossible = takto se zvedat nesmí
lift-index = { $low } až { $high }
lift-words = Břemeno { $load } kg, doporučený limit { $limit } kg ({ $low } až { $high }); vodorovně { $horizontal } cm, svisle { $vertical } cm, dráha { $travel } cm, asymetrie { $asymmetry }.
owas-back = Záda
owas-arms = Paže
owas-legs = Nohy
owas-load = Břemeno
segment-arm = Paže
segment-arm-behind = Zapažení
segment-arm-awkward = Nevhodná poloha paže
segment-end-of-range = Krajní poloha kloubů
segment-head = Hlava
segment-head-side = Hlava, úklon
segment-head-twist = Hlava, rotace
segment-head-asymmetry = Hlava, úklon a rotace
segment-line-of-sight = Směr pohledu
segment-trunk = Trup
segment-trunk-asymmetry = Trup, úklon a pootočení
segment-neck = Krk
segment-shoulder = Rameno
segment-knee-sitting = Koleno vsedě
segment-knee-standing = Koleno vstoje
methods-heading = Další metody
methods-none = Žádná další metoda nebyla hodnocena.
method-rula = RULA
method-reba = REBA
method-owas = OWAS
method-iso11226 = ISO 11226
method-en1005-4 = EN 1005-4
method-niosh = NIOSH, index zvedání

## Jak se hodnotilo
log-measured = změřeno
log-posture = Poloha
log-stretch = Úsek
posture-standing = stoj
posture-sitting = sed
posture-kneeling = klek
posture-squatting = dřep
posture-one-legged = stoj na jedné noze
posture-lying = leh
posture-walking = chůze
how-heading = Metoda, nejistota, původ
how-method = Jedna kamera. Detektor najde v každém vybraném snímku 33 bodů těla; přes celý záznam se jim přizpůsobí model těla s 55 klouby; úhly se měří vůči svislici a vůči trupu po odečtení neutrální polohy. Statická je poloha držená déle než 4 s v rozmezí 10°; kratší je dynamická. Minuty za směnu jsou podíl pozorované doby operace krát její minuty; dva pracovníci se průměrují.
how-clauses = Předpisy: nařízení vlády č. 361/2007 Sb., § 26 a 27 a příloha č. 5, část C; vyhláška č. 432/2003 Sb. pro kategorie. Další metody: RULA (McAtamney a Corlett 1993), REBA (Hignett a McAtamney 2000), OWAS (Karhu a kol. 1977), ISO 11226:2000, EN 1005-4:2005, revidovaná rovnice NIOSH (Waters a kol. 1993).
how-decision = Rozhodovací pravidlo: minuty se s limity porovnávají nezaokrouhlené; hodnota rovná limitu zůstává v nižší kategorii. Kategorii určuje nejhorší řádek. Za jistou se označí jen tehdy, neleží-li žádný limit v 90% intervalu některého řádku.
how-uncertainty = Intervaly zahrnují chyby modelu těla, svislice a neutrální polohy, které jsou po celý záznam stejné, i ty, které se mění. Nezahrnují, jak dobře natočená práce zastupuje celou směnu.
how-deviations = Odchylky od metody: řádky, které video neukáže, se nehodnotí, pokud je nikdo nezadal. Doba, kdy osoba nebyla vidět, se nepočítá do žádného řádku.
settings-heading = Nastavení
setting-name = Nastavení
setting-value = Hodnota
yes = ano
no = ne
provenance-heading = Software a data
provenance-software = Software
provenance-body = Model těla
provenance-rules = Soubor pravidel { $name }
provenance-weights = Váhy { $name }
log-heading = Opravy a vyloučení
log-none = Nic nebylo opraveno ani vyloučeno.
log-who = Kdo
log-when = Kdy
log-what = Co
log-before = Původně
log-after = Nově
log-reason = Důvod
statement-scope = Výsledky se týkají pouze pozorované práce.
statement-screening = Orientační nástroj; výsledek musí přezkoumat odborně způsobilá osoba.
statement-copy = Protokol lze kopírovat pouze celý.

## Srovnání
compare-heading = Před a po
compare-before = Před
compare-after = Po
compare-change = Změna
compare-category = Kategorie
compare-rows = Řádky, které se změnily
compare-none = Žádný řádek se nezměnil.
compare-better = { $count ->
    [one] { $count } řádek má méně času
    [few] { $count } řádky mají méně času
   *[other] { $count } řádků má méně času
  }
compare-worse = { $count ->
    [one] { $count } řádek má více času
    [few] { $count } řádky mají více času
   *[other] { $count } řádků má více času
  }
compare-overlap = Intervaly se překrývají: změna může být náhodná.

## Sešit
book-long-use = Dlouhé užití (1 = ano)
book-exposed-share = Podíl v N nebo PP
book-exposed-filmed = Minuty v N nebo PP podle záznamu
sheet-summary = Souhrn
sheet-rows = Řádky
sheet-operations = Operace
sheet-zones = Pásma
sheet-holds = Výdrže
sheet-series = Časové řady
sheet-settings = Nastavení
book-change = Změňte žlutá pole: minuty, řádky, kategorie a součty se přepočítají.
book-shift-minutes = Směna, minut od začátku do konce
book-meal-minutes = Přestávka na jídlo, minut
book-work-minutes = Výkon práce, minut
book-factor = Koeficient směny
book-limit = Limit, { $kind }, kategorie { $category } do
book-half-shift = Polovina výkonu práce
book-observed-minutes = Minuty v operacích se záznamem
book-unobserved-minutes = Minuty bez záznamu
book-total = Součet řádků druhu { $kind }
book-exposed = V některé poloze N nebo PP
book-half-exceeded = Více než polovina výkonu práce
book-category = Kategorie, nejhorší řádek
book-missing = Nehodnocené řádky
book-observed-seconds = Pozorované sekundy
book-category-words = Kategorie při chybějících řádcích
book-interval-note = Intervaly jsou z analýzy; změněným minutám se nepřizpůsobují.
book-series-note = Každý { $step }. vzorek; všechny jsou v souboru úhlů.
book-time = Čas, s

## Ověření
validation-heading = Porovnání s referencí
validation-rows = Minuty podle řádků
validation-angles = Úhly
validation-mean = Průměr obou
validation-difference = Rozdíl, naše − reference
validation-bias = Vychýlení
validation-limits = Meze shody (95 %)
validation-kappa = Cohenovo κ
validation-samples = Vzorky
validation-name = Řádek nebo úhel
