"""The words that any text about software uses, so that a site's own stand out against them."""

COMMON = tuple(
    """
    use return class object valu file name type call default string list function model option
    set respons all method onli one arg data provid creat input path request see modul id
    contain key error python run text generat item given none base output true api event token
    format support paramet includ code rais result pars argument detail add number read instanc
    pass tool author like str server user current content client get param test must specifi
    attribut connect messag context requir may version each implement defin byte check http
    order time session new field https stream whether copyright licens raw same valid tupl fals
    instead py dict other after imag bsd command except int match more need resourc execut
    process convert encod line directori size specif complet allow array oper inform repres
    without befor sourc import open packag also singl cach identifi start exampl present url
    case charact dictionari iter queri end first node header agent audio custom otherwis map
    access exist index configur make handl json level state avail note part alway com second
    direct write local prefix addit bodi bool properti environ indic chang manag doc refer doesn
    either load receiv block compat both sql store automat limit up non per point collect found
    send appli func metadata subclass initi normal produc style take system compil follow
    sequenc between build under close depend instal two updat fail filenam pattern express be
    element endpoint live over associ expect float interfac maximum copi config decod group
    remov last own mode accept back develop via emit empti extra variabl convers form render
    share warn while construct differ within filter replac most next overrid perform thread info
    relat altern buffer cannot multipl structur work keyword applic infer entri pair rfc search
    tabl host integ meth out platform standard save script action length possibl previous
    project select target null tag task alreadi final helper here origin self web lock loop root
    window protocol through extens uniqu until distribut everi sent turn usag wait want document
    explicit org unix async enabl ignor just librari mean modifi namespac suppli against
    internal print prompt wrap ensur handler keep log os public activ callback eager resolv spec
    annot html onc place rang ref auth program simpl tri deprec disabl socket timestamp auto
    comput determin full languag record still attempt backend binari callabl databas describ
    dure main separ way common extract flag never reason util actual consum omit releas shape
    strategi timeout trace transport invok parser report retriev servic upload well append
    behavior built locat progress color core posit re attr compar detect dir find foo runtim
    special chunk decor graph mark obj becaus cancel exact futur interpret invalid look regist
    scope space termin authent delet finish max represent sinc union yield correct done io
    memori num page sys column correspond distutil evalu proto quot unicod anoth don extern
    insert liter pep regular right strict top assign definit expos fetch high made real
    recommend section setup tree adapt assum avoid descript escap known kwarg payload uri weight
    channel control github itself link safe serial status wrapper attach creation eval side
    statement step templat typic usual verifi algorithm frame insid label left particular
    transform zero assert boolean bound compon consol global issu low parent rather scheme sort
    deleg equal hold ident miss necessari port recurs rpc signatur split subsequ bar commit hash
    might occur row truncat various across alia asyncio combin display exit highlight logic
    preserv purpos sub word domain els exclud general guid hook vector consid equival inherit
    multi sampl schedul show span worker effect expir fix forward loader pool remain stop
    success term embed engin etc failur fall init join legaci long lookup network off signal
    track unknown valueerror accord appear basic clear declar download export help op organiz
    owner pend quantiz refresh rule similar storag symbol syntax whose bit caller compress
    dataclass docstr dynam noth plain proxi switch total yet abstract alias ascii background
    cursor def devic driver drop even featur folder forc give nest prefer scale sdk static utf
    begin caus free grant instanti instruct later mani move optim reader round scalar secret ssl
    too travers txt unit descriptor filesystem head least merg now queue reject shell skip
    suitabl trigger www around codec constructor post stack summari usernam wheel whitespac
    address arbitrari backward best bind comment debug desc durat email entir face fast generic
    immedi interact lib minimum pad password prevent put reduc remot repositori retain unless
    written absolut anyth canon certif count descend dump grammar howev major readabl redirect
    registri snapshot taken translat abc abov archiv below claus co conflict conveni coroutin
    dot histori inspect leav marker pip rest runner sqlite stdout vendor width acquir cast cls
    complex condit consist cpu design doubl establish exc human individu job learn persist
    privat probabl profil pure segment view appropri certain choic claim concurr date edit
    guarante kind larg lead mac mime nativ obtain outsid pre prepar primari protect repeat retri
    seri src sync var abl account affect come cp defer deriv env extend inclus listen member
    meta mount partial permiss polici popul repr reset respond restor shutdown subprocess three
    whole answer asynchron await carri char coeffici delta dispatch en exceed flow happen hint
    incomplet inspir isn layer len less linear lower reach reflect restrict serv simpli suffix
    theme titl treat unlik calcul continu destin emb everyth exclus fallback fill fine higher
    impli intend interrupt notif patch pleas region reserv scan semant sha synchron tie trail
    accumul acknowledg advanc along becom cli concret constant contract entiti flush fulli
    independ interval manual mask mod mul preced push stabl suit us usabl again ascend behav
    boundari cleanup comparison compos cycl ds formatt gencodec good hidden incom know maintain
    opt random referenc relev short sign small someth threshold traceback zip attent categori
    clean coordin dataset deploy desir edg enter enum factori held holder indent lambda latest
    linux machin precis revis spars subroutin symlink togeth toml transfer unchang urllib writer
    aggreg belong cooki cross datetim db delimit expand ids intent ls meant much observ pickl
    posix potenti proper rout score secur
    """.split()
)
"""Most frequent first, as `sparse.tokens` gives them: from some 9,000 paragraphs of docstrings of
Python packages, those of the standard library's docstrings and comments among them."""

_SHARE, _OFFSET = 2.27, 10  # Zipf and Mandelbrot's law, fitted to the same counts
_PLACES = {word: place for place, word in enumerate(COMMON, 1)}


def commonness(word: str) -> float:
    """The share of paragraphs about anything that have the word; of a rare one, a guess."""
    if place := _PLACES.get(word):
        return _SHARE / (place + _OFFSET)
    return _SHARE / (len(COMMON) + _OFFSET) / 2
