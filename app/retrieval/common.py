"""The words that any text about software uses, so that a site's own stand out against them."""

from collections.abc import Sequence


class Common:
    """Words, the most frequent first, as `sparse.tokens` gives them. How frequent each is follows
    from its place by Zipf and Mandelbrot's law, fitted to the counts that gave the order."""

    def __init__(
        self, words: Sequence[str], *, scale: float, offset: float, exponent: float = 1.0
    ) -> None:
        self.words = words
        self._places = {word: place for place, word in enumerate(words, 1)}
        self._scale, self._offset, self._exponent = scale, offset, exponent

    def share(self, word: str) -> float:
        """Of texts about anything, those that have the word; of a rare one, a guess."""
        if place := self._places.get(word):
            return self._at(place)
        return self._at(len(self.words)) / 2

    def _at(self, place: int) -> float:
        return self._scale * (place + self._offset) ** -self._exponent


CODE = Common(
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
    """.split(),
    scale=2.27,
    offset=10,
)
"""In what code says of itself: from some 9,000 paragraphs of docstrings of Python packages, those
of the standard library's docstrings and comments among them."""

DOCS = Common(
    """
    use option set s request object provid function exampl default all call data valu onli creat
    return error messag type see add string support need name server respons follow method 1 more
    allow also configur one run pass like js includ must code file new document time get client
    defin 2 key each custom log requir same api check contain generat stream true befor schema
    result enabl first chang number properti applic differ other output user instead after work
    specif e 3 may fix field array start caus tool make inform t path instanc next process queri
    header page base compon connect node version http execut case paramet avail valid implement
    content without automat handl agent specifi level 0 g perform direct note e.g event current
    updat addit access resolv text match context model build ensur detail through write pino send
    multipl url class argument json input open ai remov import exist graph graphql rout list fals
    state complet refer cach step ql given project id test both fetch control script while read
    receiv want oper up format everi handler cannot 4 between appli store sourc callback depend
    featur singl line app via modul way databas keep dure full here storag browser 5 order command
    out becaus transport disabl environ non per bodi initi develop behavior node.js tri be index
    local limit origin load descript over web logger now alreadi part under next.js ui instal manag
    plugin info packag re render two close v internal collect map insid whether recommend built
    export element sdk mode within standard item pars status accept either metadata hook most
    possibl db memori sent onc structur let throw alway take runtim separ modifi usag issu integr
    root second avoid still null react static end help find undici max fail side variabl own
    workflow promis x socket select invalid config prevent boolean across replac librari mean relat
    size top system global pattern good sinc javascript record servic pipelin target transform link
    action wait interfac dispatch serial consid activ guid show maximum even anoth extens abov just
    never secur primari compat know debug reason regist empti last common warn search destin filter
    product protocol trigger persist basic howev form dynam extend previous util share child nest
    expect ignor download final async identifi except overrid emit don simpl 6 back prefer resourc
    miss ll worker proxi below languag java well trace built-in typescript block correct chat
    undefin attribut wrap learn navig happen style mani prop interact stop extern ap apis point
    token param might until indic imag endpoint pleas found retriev html extract 7 length buffer
    experiment doc real section similar authent altern definit expos flag repres core otherwis
    convert combin entri against ts save network long middlewar 8 dev directori releas written
    prompt condit websocket conflict rule post timeout tag fastifi await count doesn finish look
    approach individu sure 10 continu retri correspond pool maintain describ manual bind thread
    effect migrat serv occur sever report multi attempt author express parent determin explicit
    deploy evalu present main observ etc delet npm invok suppli optim capabl abort improv convers
    crawl signal public none adapt host place associ logic someth mutat merg better chunk syntax
    framework give selector attach css consist replic reject git reach date sync router produc uniqu
    topic loop typic safe go folder reduc consol best entir bundl mock src sql auto high delay locat
    deprec short skip session longer verifi shell immedi synchron purpos experi readabl upgrad
    asynchron payload display necessari site switch rather forward nativ millisecond understand
    minimum prefix declar itself actual iter batch success plain made appear label fulli opt thrown
    address histori fallback proper instanti lifecycl googl compil subscript duplic notic abl design
    platform timestamp setup exact layout window cloud titl listen question loader void clear assign
    general power byte partial normal redact done due ask 100 complex unless appropri pull fast
    later renam relev d special flow consum helper posit come task known redirect mcp becom github
    engin monitor veri affect i.e head togeth insert hub track scope contribut ur live cancel mark
    pend client-side inject backend move particular accord larg click domain ms hash detect remain
    boundari 16 right ls integ decor problem constructor choos charact strategi compar view 9 push
    encod top-level stack signatur resum urls copi parallel kind latest server-side legaci gateway
    publish pre port transit instruct answer formatt err b extra segment rang factori least c tabl
    thing voic futur sensit raw higher cooki encrypt less remot unknown pretti termin lower easili
    measur score too usual comparison branch concurr namespac certain schedul advanc often inspect
    assum quot potenti word again sub scenario practic tab amount cli three lead spec failur templat
    18 readi keyword construct exceed equal introduc env meta python term drop ref embed behaviour
    preserv assist credenti init md establish chain signific telemetri group hostnam sentenc append
    increment commit flush left strict flexibl subsequ adjust overhead articl 20 low content-type
    anyth space prepar break semant span metric intercept 30 bug repli increas vector destroy n
    quick comment dom tell polici easi children put refresh patch calcul pair hold down total turn
    vulner cover desir various arg exclud auth submit incom regular creation major https revalid 200
    omit feed progress real-time few inlin edg enhanc compos older sometim inherit period csrf carri
    sqlite interval stay forc tree depth overview catch lite tls shape won snapshot rfc faster
    further com sq p offer stdout reli attack wrapper ds communic begin respond subject comput reus
    liter person statuscode ident leav shown queue small offlin account though edit captur fit
    outsid background cost whose review organiz ids websit sort min parser explor h focus resolut
    noth matter visibl team stringifi balanc untrust old protect cross slow expir mechan lookup
    bound yet communiti upload solut ve password redi v7 dedic isn rate pipe vercel busi concept
    unlik repeat whole numer frame constraint third intend dns rais lost ecosystem decid respect
    sequenc have rest in-memory frontend welcom disconnect watch demonstr treat pr layer transact
    print popul mongo prioriti feedback reserv fall statement along const whenev fatal rsc zod
    formdata tcp 40 us therefor mix role comma width compress queu zero free algorithm self clean
    ideal emitt button readm fine safeti effici privat email defer trail subscrib 14 represent split
    vari scale writabl analyz absolut approv tsx reset sampl abortsignal visit regex simpli registri
    regardless alongsid explan media equival faq repo disk reproduc mongodb overridden scheme clone
    processor much stat stale offici choic human 12 uri latenc caveat unit simplifi durat exit foo
    playground enter conveni align obj guard http/1.1 aliv yield color awar day behav achiev column
    infer restrict impact benchmark parti especi ban upon 50 unsupport insight z sign phase drive
    bad and/or explain paus act vs repositori analysi els console.log involv fire thus mind suspend
    reactiv autom stabl webpack blog generic y smaller newer trust care surfac enforc slash xml
    key-value independ suspens taken instrument off around mismatch 11 great plus visual minut
    confirm rememb valuabl succeed k preced 13 lint yes preflight leak neither near op polyfil
    upsert hello postgr silent postgresql hit lazi slug instant overwrit channel world coverag
    encount 22 stage programmat asset 15 permiss wrong nor bypass realtim box deriv regexp deliv
    amazon member mention vue audio devic mdn soon dashboard cluster recent descriptor http/2 natur
    qualiti lts negat 64 sock exp earlier 400 bar strong join lib random os bulk fn alia
    opentelemetry 500 infin behind lot o opaqu ci dash ahead height discov greater entiti quickstart
    speed reg goe unix guarante play retain cor prior larger architectur ok es third-party
    eventemitter benefit technic say determinist claim wish machin rare sanit inner pick mixin aw
    modal application/json profil invoc 17 bold unchang ws underscor round enough fresh rotat fact
    runner minim serializ bot filesystem subclass keep-alive res temporari symbol distribut grace
    enumer deep comprehens contact arbitrari easier hard placehold basi orm english propag scroll
    codemod earli pv rs unexpect cloudflar invit beyond manipul json.stringify everyth matcher
    type-safe reusabl past isol reload rewrit rank intent content-length mysql reflect bare coordin
    summari convent job belong cursor flight suit upstream life v5 face realli confus contributor 60
    phrase expand assess referenc simul immut cdn 24 claus preload package.json slot internet
    compound imagin angular abstract onerror open-source discord throttl piec wide prs sequenti
    tunnel editor discuss contract met guidelin tutori leverag situat changelog binari frequenc
    region insensit io demand ttl slight bundler idl s3 arriv builder translat analyt program 1000
    drain unifi modern constrain restor popular markdown primit recip dictionari five suggest
    bracket caller icon txt star newli dump precis away eval ship backward frequent poll inclus grow
    infrastructur cleanup threshold famili delta month reconnect 1.0 filenam agnost certif kept
    offset aren age probabl ast friend readablestream presenc dedupl intermedi base64 codebas hyphen
    usernam abil ongo lowercas interpret sibl reliabl lifetim multipart j mount eventsource doubl
    henc newlin seen shortcut r peer webhook sens thorough eslint yourself advantag enum secret
    wildcard draft arraybuffer alt fill triag concret rough mb req meant emb effort llms var deno
    ipv4 hierarchi fingerprint unauthor light anim perfect repetit lambda prototyp verif compliant
    consider decis verb uppercas four criteria variat 300 meet interpol con market char unnecessari
    downstream descend svelt exclus paragraph expens relationship pure year predict kubernet ip
    aspect moder cb jsx localstorage diagnost serverless techniqu notif composit simplest 000 critic
    server-sent u conform consequ guidanc request/response timelin essenti video hide v1 land driver
    esm cut fragment front submiss recreat fork ide truncat familiar collector obtain solv twice
    loos factor getter replay azur shorthand tune exec preview w pathnam command-line assert hint
    dot spell ipv6 anchor lock big augment among microsoft pid ratio fs subset mandatori user-agent
    anywher conduct satisfi notat a-z reopen caught statist rxjs adher slower plan fewer demo 404
    complianc gzip typeerror ground upper strip traffic primarili delimit playback danger grain hood
    aggreg decod exhaust recur bun standalon handshak dir v4 ssl tail weight relay violat whatev
    virtual minor alter gap cycl q m 0.0 penalti v2 onto decompress overlap uint snippet bottleneck
    modif mjs forget risk vite outer screen seamless illustr furthermor pad row granular pagin
    temporarili uint8array read-only startup driven registr no-op unicod pg stderr h2 constant
    throughout hidden transfer nodej formal sse accomplish epoch walk concaten narrow accur spawn
    recurs lose launch interrupt thousand accuraci idempot alon trivial restart notifi moment lack
    qualifi distinct linux incorrect acknowledg v18 utf littl although shouldn reader whitespac cpu
    optimist travers datadog union net particip 1024 devtool peopl mutabl stuff regener reachabl
    lowest unus devtools in-flight mac categori case-insensitive encapsul highlight believ tick
    alias dual card interest dimens feel misconfigur div hand ssr input/output scratch crypto semver
    overal proven think deliber baselin pin blob lang marker contextu end-to-end inconsist 90 revis
    contrast consecut malform revers 2024 passiv 04 chosen 21 docker half on-demand far 45 transpil
    caution tie summar cap chrome studio v6 concern idea 204 predefin stabil extrem inappropri
    closer dedup truth uis macos swap bit shutdown decreas unset ca globalthis transient eg sticki
    slack favor ping robust excess human-readable simultan tsconfig owner problemat fair ergonom
    center bucket non-standard sponsor coerc roll cours bidirect impli spare digit price 256
    auto-generated toggl user-defined isomorph sound skill annot 19 crash seed seo consumpt 0-9
    garbag backpressur tradit chanc index.js ever fine-grained rebuild besid anyway
    json-serializable nearest threat collaps modular ephemer factual goal sit multipli deni aim
    non-string verbos deleg suppress today curl overflow terminolog per-request mdx cache-control
    content-encoding set-cookie diagram irrelev infinit bigger mobil v8 throughput callabl investig
    implicit workaround themselv circular arrang indent suffici deal averag tanstack foundat colon
    shift weak toward grant login mask suppos asynciterable collabor decim gt secondari held quit
    tan uncaught cd discard challeng aggress int lab long-term claud localhost brows tap 01 float
    yml theme textual in-depth babel variant universal lru kv production-ready promot jpg pointer
    transmit href w3c percentag 2023 seri malici unavail 25 varieti 80 xx yaml characterist cve kit
    setter evolv trim pro 1.2.3 v3 craft multipart/form-data eager writer histor stdin firefox
    counter touch fake technolog firebas 32 503 dive beta eleven hour
    """.split(),
    scale=825,
    offset=120,
    exponent=1.65,
)
"""In what is written for readers, mostly about the web: from some 5,000 texts of a hundred words in
guides that packages bring along and, at a quarter of their weight, 19,000 in the READMEs of npm
packages and the comments of their types. Each package counts the same; a word that fewer than six
of them have is left out. The tail of a contraction is a word here as it is in a question."""
