"""The names under which official lists know countries, by ISO 3166-1 code; ended codes (`SU`, `CS`, `AN`) are kept."""

import unicodedata
from functools import cache

_NAMES = """
AD=andorra
AE=uae|united arab emirates
AF=afghanistan|islamic republic of afghanistan
AG=antigua and barbuda|antigua barbuda
AI=anguilla
AL=albania
AM=armenia
AN=netherlands antilles
AO=angola
AQ=antarctica
AR=argentina
AS=american samoa|samoa american
AT=austria
AU=australia
AW=aruba
AX=aland islands
AZ=azerbaijan
BA=bosnia and herzegovina|bosnia herzegovina|bosniaherzegovina
BB=barbados
BD=bangladesh
BE=belgium
BF=burkina faso
BG=bulgaria
BH=bahrain|kingdom of bahrain
BI=burundi
BJ=benin
BL=st barthelemy
BM=bermuda
BN=brunei|brunei darussalam
BO=bolivia|bolivia plurinational state of
BQ=caribbean nl
BR=brazil
BS=bahamas|bahamas the|the bahamas
BT=bhutan
BV=bouvet island
BW=botswana
BY=belarus|republic of belarus
BZ=belize
CA=canada
CC=cocos keeling islands
CD=congo dem rep|congo democratic republic|congo democratic republic of|congo democratic republic of the|dem rep congo|democratic republic of the congo|dr congo
CF=central african rep|central african republic
CG=congo|congo rep|congo republic of the|rep congo|republic of the congo
CH=switzerland
CI=cote d ivoire|cote divoire|ivory coast
CK=cook islands
CL=chile
CM=cameroon
CN=china|china peoples republic of|peoples republic of china|prc|중국|中国
CO=colombia
CR=costa rica
CS=serbia and montenegro
CU=cuba|republic of cuba
CV=cabo verde|cape verde
CW=curacao
CX=christmas island
CY=cyprus
CZ=czech republic|czechia
DE=germany
DJ=djibouti
DK=denmark
DM=dominica
DO=dominican republic
DZ=algeria
EC=ecuador
EE=estonia
EG=arab republic of egypt|egypt
EH=western sahara
ER=eritrea
ES=spain
ET=ethiopia
FI=finland
FJ=fiji
FK=falkland islands
FM=micronesia
FO=faroe islands
FR=france
GA=gabon
GB=britain uk|england|great britain|northern ireland|scotland|uk|uk britain|united kingdom|united kingdom of great britain and northern ireland|wales
GD=grenada
GE=georgia
GF=french guiana
GG=guernsey
GH=ghana
GI=gibraltar
GL=greenland
GM=gambia|gambia the|the gambia
GN=guinea
GP=guadeloupe
GQ=equatorial guinea
GR=greece
GS=south georgia the south sandwich islands
GT=guatemala
GU=guam
GW=guineabissau
GY=guyana
HK=hong kong|hong kong sar|hong kong sar china|香港
HM=heard island mcdonald islands
HN=honduras
HR=croatia
HT=haiti
HU=hungary
ID=indonesia
IE=ireland
IL=israel|state of israel
IM=isle of man
IN=india|republic of india
IO=british indian ocean territory
IQ=iraq|republic of iraq
IR=iran|iran islamic republic of|islamic republic of iran|이란
IS=iceland
IT=italy
JE=jersey
JM=jamaica
JO=hashemite kingdom of jordan|jordan
JP=japan|일본|日本
KE=kenya
KG=kyrgyz republic|kyrgyzstan
KH=cambodia
KI=kiribati
KM=comoros|union of the comoros
KN=saint kitts and nevis|st kitts and nevis|st kitts nevis
KP=democratic peoples republic of korea|dprk|korea democratic peoples republic of|korea north|north korea|북한
KR=korea|korea republic of|korea south|republic of korea|south korea|대한민국|한국
KW=kuwait|state of kuwait
KY=cayman islands
KZ=kazakhstan
LA=lao peoples democratic republic|laos
LB=lebanese republic|lebanon
LC=saint lucia|st lucia
LI=liechtenstein
LK=sri lanka
LR=liberia
LS=lesotho
LT=lithuania
LU=luxembourg
LV=latvia
LY=libya|libyan arab jamahiriya|state of libya
MA=morocco
MC=monaco
MD=moldova|moldova republic of|republic of moldova
ME=montenegro
MF=french st martin|st martin french
MG=madagascar
MH=marshall islands|republic of the marshall islands
MK=macedonia|north macedonia|north macedonia the republic of|the former yugoslav republic of macedonia
ML=mali
MM=burma|burma myanmar|myanmar|myanmar burma
MN=mongolia
MO=macao|macau
MP=northern mariana islands
MQ=martinique
MR=mauritania
MS=montserrat
MT=malta
MU=mauritius
MV=maldives
MW=malawi
MX=mexico
MY=federation of malaysia|malaysia
MZ=mozambique
NA=namibia
NC=new caledonia
NE=niger
NF=norfolk island
NG=nigeria
NI=nicaragua
NL=netherlands|the netherlands
NO=norway
NP=nepal
NR=nauru
NU=niue
NZ=new zealand
OM=oman|sultanate of oman
PA=panama
PE=peru
PF=french polynesia
PG=papua new guinea
PH=philippines|the philippines
PK=islamic republic of pakistan|pakistan
PL=poland
PM=st pierre miquelon
PN=pitcairn
PR=puerto rico
PS=gaza|occupied palestinian territories|palestine|palestinian|palestinian territory occupied|region gaza|region west bank|state of palestine|west bank
PT=portugal
PW=palau
PY=paraguay
QA=qatar|state of qatar
RE=reunion
RO=romania
RS=serbia
RU=russia|russian federation|러시아
RW=rwanda
SA=kingdom of saudi arabia|saudi arabia
SB=solomon islands
SC=seychelles
SD=sudan|sudan the|the sudan
SE=sweden
SG=republic of singapore|singapore
SH=st helena
SI=slovenia
SJ=svalbard jan mayen
SK=slovakia
SL=sierra leone
SM=san marino
SN=senegal
SO=somalia
SR=suriname
SS=republic of south sudan|south sudan
ST=sao tome and principe|sao tome principe
SU=ussr
SV=el salvador
SX=dutch st maarten|st maarten dutch
SY=syria|syrian arab republic
SZ=eswatini|eswatini swaziland|swaziland|swaziland eswatini
TC=turks and caicos islands|turks caicos is
TD=chad
TF=french s terr
TG=togo
TH=thailand
TJ=tajikistan
TK=tokelau
TL=east timor|timorleste
TM=turkmenistan
TN=tunisia
TO=tonga
TR=republic of turkiye|turkey|turkiye
TT=trinidad and tobago|trinidad tobago
TV=tuvalu
TW=chinese taipei|taiwan|taiwan province of china
TZ=tanzania|tanzania united republic of|united republic of tanzania
UA=crimea|region crimea|ukraine
UG=uganda
UM=us minor outlying islands
US=united states|united states of america|us|usa|미국
UY=uruguay
UZ=uzbekistan
VA=holy see|vatican city
VC=saint vincent and the grenadines|st vincent|st vincent and the grenadines|st vincent the grenadines
VE=bolivarian republic of venezuela|venezuela|venezuela bolivarian republic of
VG=british virgin islands|uk virgin islands|virgin islands british|virgin islands uk
VI=us virgin islands|virgin islands us
VN=viet nam|vietnam
VU=vanuatu
WF=wallis futuna
WS=samoa|samoa western|western samoa
XK=kosovo
YE=republic of yemen|yemen
YT=mayotte
ZA=south africa
ZM=zambia
ZW=zimbabwe
"""


@cache
def code_of(written: str) -> str | None:
    """The code of a country as a list writes it (`Korea, North`, `RU`, `Belarus / Bélarus`); None if not known."""
    text = written.strip()
    if len(text) == 2 and text.isascii() and text.isalpha() and text.upper() in _codes():
        return text.upper()
    known = _table()
    found = known.get(_key(text))
    if found is None and "/" in text:
        found = known.get(_key(text.partition("/")[0]))
    return found


@cache
def _table() -> dict[str, str]:
    lines = (line.partition("=") for line in _NAMES.strip().splitlines())
    return {name: code for code, _, names in lines for name in names.split("|")}


@cache
def _codes() -> frozenset[str]:
    return frozenset(_table().values())


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in plain if c.isalnum() or c == " ").split())
