"""Words of messages that ask for something, praise, or thank."""

RULES = (
    ("need", 3.5, """
        i('m| am) (currently |just |now |also |still |desperately |urgently )?(looking for|searching for|after (a|
        an|some|the|any|information)|trying to (find|locate|trace|get|track|identify)|hoping to (find|locate|get|
        borrow|obtain)|in need of|interested in (finding|borrowing|getting|literature|material|articles|books|
        reading))
        looking for; in search of; on the hunt for
        (i|we|my [a-z]+|our [a-z]+|she|he|who) (would |will |shall |really |urgently |also |now |still |
        desperately |just |then |therefore |do |might |may )*(need|require|want|wants|needs|
        requires)(ed)? (to (borrow|find|trace|know what|learn|read|get|see|order|have|book|use|consult|cover|write|
        deal|look|reserve|request|access|locate|search)|a|an|some|the|any|more|help|data|information|sources|
        literature|articles|books|access|statistics|figures|material*|advice|copies|three|two|four|five|several|
        pictures|historical|market|court|recent|current|your help|it for|in|basic|introductory|everything|anything|
        assistance|background|support|another|further|additional|new|papers|studies|references|reading|[a-z]+ (data|
        literature|articles|books|sources|figures|statistics|maps|studies|papers))
        is it possible (for (me|you|us) )?to (get|obtain|order|borrow|have a|receive|request|find|see a|access the)
        (i|we) (would|'d) (also |really |very much )?(like|love|appreciate|welcome|value) (a|an|some|help|three|two|
        your help|assistance|advice|suggestions|ideas|recommendations|support|more|copies|access)
        would need; will need; shall need; i require; we require
        need(s|ed)? (help|access|information|literature|sources|data|a copy|some)
        (would|'d) (also )?(like|love|wish) to (request|borrow|order|find|get|have|learn|see|suggest|propose|book|
        reserve|look into|commission|read|research|access|obtain|ask you (for|to (find|search|order|get))|apply|
        recommend|use|arrange|consult|know more about|explore|study)
        (could|can|would|will|might) (you|the library|somebody|someone|your (team|library|colleagues)|i ask you to|
        one of you)( please| kindly| possibly| perhaps| also| maybe| then| be able to| be so kind as to|
        help me( to)?| help us( to)?)* (find|locate|get|order|obtain|search|recommend|suggest|compile|put together|
        arrange|organi[sz]e|set up|provide|prepare|supply|buy|purchase|acquire|procure|track down|dig (out|up)|
        gather|collect|do a|run a|scan|digiti[sz]e|copy|send me|send us|show me how|teach|assist|help|point me|
        look for|look up|look into|reserve|book|pull|fetch|deliver|give me (some|a list|a few)|request|source|
        retrieve|draw up|carry out|conduct)
        please (find|order|obtain|search|get|send (me|us)? ?(chapter|the full|a copy|the article|the following|
        copies|everything)?|provide|arrange|request|book|reserve|scan|buy|purchase|acquire|prepare|compile|supply|
        recommend|help me find|look for|could you (search|find))
        (help|assist|support) (me|us)? ?(with|in|to)? ?(find|finding|locat*|search*|something else|my (thesis|
        research|essay|dissertation|project|paper|topic|literature)|sources|literature)
        help me find; be glad of help
        grateful (for help|if (someone|somebody|you) could (do|find|search|help|look|order|send|get|recommend))
        (literature|patent|database|citation|systematic|bibliographic|archive) (search|review) (on|about|for|of)
        citation (analysis|report); reading list; certificate of; through interlibrary loan; by interlibrary loan
        via interlibrary loan; interlibrary loan request; request for; new request
        (like|want|wish) to (place|make|submit) (a|an) (request|order|reservation)
        (put|place) (a|an|me) .. (hold|order|waiting list)
        (could|can) you help me with (something|another|a different|a new); how (about|to) get hold of; get hold of
        where can i (find|get) (sources|information|literature|articles|data|statistics|books|material)*
        do you (have|hold|stock|own|know of) (any|anything|some|books|literature|material|sources|recent|copies)*
        what do you have (on|about)?; have you (got )?(any|anything|some) .. (on|about)
        any (books|literature|articles|sources|material|information|studies|papers|data) (on|about|for|regarding|
        concerning|covering)*
        (books|literature|articles|sources|materials?|information|studies|papers|data|statistics|anything|something|
        documents|works|publications|textbooks|novels) (on|about|regarding|concerning|dealing with|covering|
        related to|relating to)
    """),
    ("need", 1.9, """
        (my|a|the|our|his|her) (new |next |master's |bachelor's |doctoral |phd |final |current |second |third |
        first )*(thesis|dissertation|essay|project|research|term paper|assignment|grant proposal|chapter|topic|
        study|exhibition|presentation|talk|coursework|seminar paper|proposal|show|book club|reading group|course)
        (new|another|different|second|separate|further|next) (project|topic|subject|matter|thing|request|
        question altogether|task|chapter|assignment|item|theme|need)
        (starting|started|beginning|working on|writing|preparing|planning|researching|investigating|studying|
        now working) (a|an|my|on|our|the)?
        (have|has|had|asked) to (write|give|teach|prepare|deal with|present|hand in|do); in addition; additionally
        besides that; on another note; while i('m| am) (writing|at it); separately; apart from that; something else
        next (i|step|up); for my next; also need; one more thing i need; a further
        the next (step|chapter|stage|thing); another thing; next on my list; the same for; different topic
        from scratch; no idea where to (start|begin|look); don't know where to (start|begin|look); complete beginner
        (wrote|write|writing) (a|an|my) (paper|essay|thesis|book|report); session for; training for; workshop for
        (buys?|purchas(e|es|ing)|acquires?|subscribe to)
        suggest(ion)? (that|for) .. (buy|purchase|acquir*|order|stock)*
        access to (the )?(journal|database|full text|archive)*; (since|from|between) (about )?(19|20)\\d\\d
        (last|past) (\\d+|five|ten|few|three|two|twenty) years; peer-reviewed; full text of; copy of; a list of
        overview of; primary sources; chapter \\d+ of; issn; isbn; doi; ready for; whatever you can find
        all (you|that) (can|is); urgently; as soon as possible; by the end of (the|this|next)
    """),
    ("need", 3.5, """
        (我|我们|本人|团队|课题组|公司|单位|老师|孩子|学生|系上|班上|我哋)?(现在|现|目前|还|也|另外|又|急|最近|正|
        此外|亦|同时|再)+(急)?(需要|需|想要|想找|想查|想借|想请(?!教|问)|想委托|想申请|要找|要查|要写|缺)
        (我|我们|本人|小弟|本馆|团队|公司|课题组|系上|我哋|老师|孩子|小朋友|单位)(很|急|非常|迫切|都|将|会|
        想)?(需要|需|急需|需求)(?!注意|带|付|提前|预约|登|怎|什么|等)
        急需; 急求; 跪求; 求助; 求购; 求一; 求(全文|文献|资料|书|助|推荐)
        (想|欲|拟|希望|打算|准备|计划|正在|要|可否|能否|可以|能不能|是否(可以|能))(请)?(您|你|贵馆|老师|馆员|图书馆|
        帮忙|帮我|协助|麻烦|再)*(查找|查阅|查(一|询)?(查)?(日治|民国|关于|有关)?|查新|检索|寻找|找(一|几|些|到|寻|
        关于|有关|本|份|部|个|啲|寻)*|搜集|收集|蒐集|了解(一下)?(关于|.{1,8}(数据|资料|市场))|借(阅|一|几|用|本|书)|
        购买|采购|订购|荐购|购入|购置|订阅|获取|获得|取得|调阅|复制|申请|委托|预约(一|研|讨|个)|安排|开设|举办|推荐|
        整理|梳理|提供|编|学(习|用|怎|会)?|做一(个|次|份)|扫描|传递|代查|介绍(一|几|本))
        (帮|请|麻烦|烦请|恳请|拜托|劳烦|请求|可否|协助|代为|替|幫)(我|忙|您|你|们|贵馆|老师|图书馆|馆员|我们|再|
        一下|下)*(查找|查(一|阅|下|询|查|新|关于|有关)|检索|寻找|找(一|几|些|下|找|到|关于|有关|本|份|这|啲)*|搜(集|
        寻|索|一)|收集|蒐集|购买|采购|订购|买|传递|取得|获取|申请|安排|推荐|整理|梳理|提供|做(一|个|份|次)|借(一|几|
        阅)|复印|影印|扫描|调阅|订阅|开具|介绍|编制|下载(一|这)|代查|代借|预约|列|开(一|具))
        (想|要|可以|帮(我|手)?|可唔可以)?搵(啲|下|一|几|本|资料|关于|嘢)?
        (查收查引|查新|代查|代检|文献传递|馆际互借|馆际合作|原文传递|科技查新|收录引用|引用证明|收录证明|他引|
        检索证明|被引用的证明|定题)(服务|报告|申请|证明|委托|检索)?
        申请(开具|办理|借|使用|一|馆际|研讨|查|文献|论文|安排|一间); 委托(贵馆|你们|图书馆|做|检索|查); 荐购
        推荐(购买|采购|几|一些|一下|书|一本|相关)?; 请推荐; 建议(购买|采购|购入|图书馆买|订购)
        希望(图书馆|贵馆|馆方|馆内|你们)?(能|可以|可)?(够)?(购买|采购|购入|订购|买|引进|增购|添购|安排|举办|提供)
        (关于|有关|涉及|针对|研究)[^。?!]{1,24}(的)?(资料|文献|论文|书籍|书|数据|统计|史料|报告|文章|研究|期刊|专著|
        专书|标准|专利|案例|图书|档案|信息|资讯|参考书|英文论文|中英文|嘅资料)
        (需要|想要|求|找|查|借)[^。?!,]{1,20}(的)?(资料|文献|论文|书籍|数据|统计资料|统计|史料|全文|专著|专书|文本|
        照片|档案|绘本|小说|地图|旧报纸|报纸|市场数据|判例|期刊论文)
        (给|为|替)(我们|我|大家|系上|班)[^。?!]{0,8}(安排|做|开|举办|办|讲)[^。?!]{0,6}(一次|培训|讲座|课程|导览|
        讲习|教育训练)?
        一对一(咨询|谘询|辅导); 不知(道)?从何(下手|入手|找起|开始|着手)|不知从何; 从何入手; 无从下手
        (借用|预约|申请)(一间|一个)?(研讨室|讨论室|会议室|研究小间|研究室|场地|自习室)(,|。|!|$); 学习如何使用
        有(没有|无|冇)(关于|有关|.{1,10}(方面|相关))(的)?(书|资料|文献|论文|数据)
    """),
    ("need", 1.9, """
        开题; 选题; 课题; (毕业|硕士|博士|学位|学士|期末|硕|博|本科)(论文|论)?(要|写|题目|需要)?; 硕论; 博论
        研究(计划|题目|方向|主题|项目); 新(的)?(研究|课题|题目|项目|需求|主题|计划|问题|任务)
        换了(论文)?(题目|方向|课题|主题); 下一(章|步|阶段|个(课题|题目|项目)); 接下来
        另外(还|有|想|一件)(需|事|要|找); 另有(一事|件事); 还有(一|件|另|个)(件)?(事|需求|请求|要求); 顺便
        再(麻烦|请|帮|补|拜托); 另一个(课题|题目|主题|问题|项目); 上次的(问题|资料).. (现在|另外)
        (准备|正在)(写|做|研究|进行|撰写|筹备|筹办|开|准备)
        要(写|做|办|准备)(一|关于|报告|论文|演讲|展|特展|讲座|个); 申报; 报奖; 职称; 升等; 评审; 写一(部|篇|本)
        近(五|十|三|二十|两|几|\\d+)年(来|的|以来)?; (19|20)\\d\\d年?(以来|至今|到|之后|以后)(的)?; 订购; 征集; 代购
        请协助; 烦请; 恳请; 拜托; 麻烦(您|你|帮); 急用; 尽快; 月底(之)?前; 培训; 课程; 书目; 清单:
        以下(文章|文献|论文|两篇|资料|几篇); 适合(.{1,8})的(书|小说|绘本|读物)
    """),
    ("need", 0.9, """
        第(二|三|四|五|2|3|4)章; 另外; 此外; 全文; 文献; 资料; 参考(书|文献|资料); 专利; 标准; 采购; 协助; 检索; 报告
        论文; 课程; 嘅资料; literature; statistics; archive*; bibliograph(y|ies); thesis; dissertation; essay
        research; sources; articles; books; material; references; it would (really |greatly )?help (me|us)
        needs? to know (what|which) (textbooks|books|literature|sources|there)
    """),
    ("question", 2.3, """
        (could|can|would|will|might) you( please| kindly| perhaps| possibly| just| quickly)* (tell|explain|clarify|
        confirm|advise|let me know|specify|elaborate|remind|walk me|say (whether|if|when|what|how)|mind (telling|
        explaining)|check (whether|if)|give me (an idea|the (date|time|price|address|name)))
        (please|kindly)( could you)? (tell|explain|clarify|confirm|advise|let me know (whether|if|when|how|what|
        where|which)|specify|elaborate)
        would you mind (telling|explaining|clarifying)
        (do|does|did|is|are|was|were|am|can|could|may|should|will|would|has|have|shall|must|might) (i|we|it|there|
        this|that|these|those|the|they|one|my|a|an|visitors?|students?|anyone|you (know|happen|have it|think|also|
        still|charge|offer|open|mean|recommend (starting|using|that|this))|he|she|any) (?=[^.!?\\n]{0,160}\\?)
        (what|when|where|which|who|whom|whose|why|how) (is|are|was|were|do|does|did|can|could|should|will|would|may|
        might|has|have|had|long|much|many|far|often|exactly|time|about|come|late|soon|old|else|to|do i|am|
        [a-z]+)\\b(?=[^.!?\\n]{0,160}\\?)
        i (was|am|'m|wonder|have been)? ?(just )?wonder(ing)? (if|whether|how|what|when|why|about|where|which)
        i wonder
        (not|n't|un)( quite| really| entirely)? ?(sure|certain|clear|understand|follow|know)( i understand|
        to me)? ?(if|whether|how|what|which|when|why|where|about|the|i|on|yet|it|that|from|who)*
        (want|like|need|love|keen|curious) to (know|ask|understand|check|confirm|clarify|hear|find out|be sure|
        make sure) (if|whether|how|what|when|why|where|which|about|that|the|who|on)?
        (quick|one|another|a|further|follow-?up|last|final|small|short|brief|some|few|two|couple of|simple) (more |
        quick |small |short |further |other |last |final |brief |follow-?up )*questions?
        question (about|regarding|on|concerning|:)
        is there (a|any|some) (way|chance|possibility|difference|limit|deadline|fee|charge|option|reason)*
        is it (possible|ok|okay|allowed|all right|alright|true|free|correct|necessary|still|also)
        any (news|update|progress|idea|word)( on| about)?; do you (know|happen to know|have it|think)
        am i (allowed|right|supposed|eligible|able); what (does|do|is|are) .. mean; what about
        how (do|can|should|could|would) (i|we|one); where (do|can|is|are) (i|the)?; on what basis; please let me know
    """),
    ("question", 1.0, """
        \\?; ask(ing)?; wonder*; unclear; confus(ed|ing); explain; clarify; clarification; advise; whether
        follow-?up; let me know
    """),
    ("question", 2.3, """
        请问; 想问; 想请问; 再问; 问一下; 问下; 请教; 想知道; 想确认; 确认一下; 想了解一下(是否|怎么|如何|为什么)
        咨询一下; 谘询一下; 不知道?(是否|能否|可否|可不可以|能不能|有没有|.{1,12}(吗|呢|还是|能|可以|是|哪)); 不晓得
        不清楚(怎么|如何|是否|为什么|该|要|.{1,8}(是|还是)); 弄不清
        不(太|大|很)?(明白|理解|懂|确定)(为什么|怎么|如何|.{0,6}); (没|看不|不太|没有|听不)(太)?(看)?懂; 看不太懂
        疑问; 有(个|一个|几个|些)(小)?(问题|疑问)(想|要|请|:|,|\\?)
        (怎么|怎样|如何|点样|点解|为什么|为何|为啥|何时|几时|哪(里|个|些|位|一|儿|种|天|本|边)|何处|边度|边个|
        什么(时候|意思|是|样|时间|地方|区别|证件|条件|方式)?|甚么|咩|谁|多久|多少|几(点|天|次|册|本|号|日|时|个(月|
        星期|礼拜|工作)?|页)|多长|多大)
        (能不能|可不可以|可唔可以|是不是|有没有|有冇|要不要|会不会|需不需要|行不行|是否|能否|可否|得唔得|用唔用到|
        系唔系|还是.{1,10}\\?)
        (吗|嘛|呢|㗎|咩|么|吧)\\s*[\\?。!,]?\\s*($|\\n|。|\\?|,); 能告诉我; 告诉我(一下)?; 可否告知; 请告知; 烦请告知
        望告知; 能(再)?(解释|说明|讲)(一下|一次)?; 再(解释|说明)(一下|一次); 指的?是什么; 指什么
        进度(如何|怎么|怎样|到哪)?; 到哪(一)?步; 何不同; 区别
    """),
    ("question", 1.0, """
        \\?; 疑惑; 告知; 说明; 解释; 需要(提前)?(预约|报名|带|本人); 要(收费|钱|预约|带)
    """),
    ("praise", 3.0, """
        top quality; high quality
        (tell|recommend|told) (it |you |your .. |this )?(to )?all (my|of my) (friends|colleagues|fellow)
        can't recommend; speak highly; warmest; heartfelt; kind-?hearted; went out of (his|her|their|your) way
        going the extra mile; extra mile; couldn't be (better|happier|more (helpful|pleased|satisfied))
        could not be (better|more (helpful|pleased|satisfied)); very (happy|pleased|satisfied|impressed) with
        really (happy|pleased|satisfied|impressed); so (happy|pleased|impressed|lucky); lucky to have; blessed
        grateful to have; know(s)? (your|their|his|her) stuff; hands down; (so|much|far|really) (much )?better
        inspiring; inspirational; enlightening; eye-?opening; a cut above; gold standard; great asset; heroes
        legends?; rock!; you rock; champions?; superstars?; angels?; wizards?; magicians?; genius; outstanding*
        exceptional*; exemplary; superb(ly)?; fantastic*; amazing*; amazed; awesome; fabulous; terrific; magnificent
        marvel+ous; stellar; phenomenal; incredible; incredibl[ye]; unbelievabl[ye] good; remarkabl[ye]
        impress(ed|ive|ively); first[- ]class; first-?rate; world-class; top[- ]notch; second to none; unparalleled
        unrivalled
        (excellent|great|good|wonderful|brilliant|fine|super|splendid|lovely|marvellous|tremendous|amazing) (work|
        job|service|team|staff|support|librarian*|library|experience|help from|idea|initiative|people|advice|
        customer service|collection|event|workshop|course|session|colleague*|resource*|selection|facilit*|tool|
        system)
        compliment*; (my |sincere |warm )?congratulat*; kudos; hats off; bravo; chapeau; top marks; full marks
        five stars?; 5 stars?; \\d+/10; ten out of ten; 10 out of 10; thumbs up; a\\+; well done
        keep (up|it up|on|this)( the)? ?(good|great|excellent|fantastic|service|going)?( work)?; keep up; good work
        (above and|far) beyond
        (more|better|quicker|faster) than (i|we) (had |could have |could |ever )?(hoped|expected|imagined|dared|
        hope|expect)*
        exceeded (my|our|all) expectations; pleasantly surprised; blown away
        (couldn't|could not|can't|cannot) (praise|recommend|thank|speak|fault|have (asked|wished|hoped|done))
        without you(r (help|support))?,? (i|we) (would|could)(n't| not| never)*; life-?savers?; lifesaving
        (you('re| are)|she('s| is)|he('s| is)|they are|staff (is|are)|librarians? (is|are)|team (is|are)|
        service (is|was)|everyone (is|was)|library (is|was)) (really |so |truly |always |simply |just |all |very |
        extremely |absolutely |by far )*(the best|great|wonderful|brilliant|fantastic|lovely|a star|a treasure|
        a gem|treasures|real treasures|friendly|kind|helpful|excellent|amazing|professional|competent|patient|
        knowledgeable|superb|awesome|stars|heroes|angels|efficient|welcoming|attentive|exceptional|outstanding|fast|
        quick)
        (best|nicest|friendliest|most (helpful|professional|competent|efficient|friendly|thorough)) (library|
        service|librarian|staff|team|i|help|experience|answer|place|support|in|people)*
        by far the (best|most); the (best|most) .. (ever|i have|i've|anywhere|i know|seen|used|in the); the clearest
        never (had|seen|received|met|experienced|come across) (such|so|a more|better|anything)
        (deserv|merit)(es|e|s)? (recognition|praise|a raise|a medal|credit|an award|thanks|it)
        credit (to|where|is due|for)*
        pass (on|along) (my|our|this|these) (compliments|praise|thanks|appreciation|regards|gratitude)*
        tell (your|her|his|the) (manager|boss|director|supervisor|superior*)
        a (real |great |true |huge |big |vast |little |absolute |rare |such a )*(joy|pleasure|delight|treasure|gem|
        asset|star|model|improvement|privilege|credit to|blessing|godsend)
        delight(ed|ful|fully)?; thrilled; overjoyed; made my (day|week)
        i (really |absolutely |just |truly |so )?(love|loved|admire|adore|enjoyed|enjoy|like how|liked|
        appreciate how|was touched)
        (children|kids|students|we|everybody|everyone) (loved|adored|enjoyed); love (it|the|this|your|how|that|what)
        nothing but (good|praise|positive|admiration|the best)
        (recommend|recommended) (you|your|the|this|it|them) .. (to (all|everyone|my|anyone|friends|others|
        everybody)|to)*
        highly recommend*; would recommend; not a single thing to criticise; nothing to criticise
        nothing to complain; no complaints,
        (very|extremely|so|really|truly|highly|incredibly|exceptionally|both|most) (professional|competent|
        knowledgeable|patient|friendly|courteous|kind and|attentive|efficient|thorough|welcoming|skilled|dedicated|
        convenient|well (organi[sz]ed|prepared|run|designed)|polite|approachable|considerate|thoughtful|informative|
        smooth)
        (friendly|professional|patient|knowledgeable|competent|courteous|helpful|thorough|clear|quick|kind|lively|
        efficient|warm|welcoming|dedicated) (and|,|yet|but) .. ?(friendly|professional|patient|knowledgeable|
        competent|courteous|helpful|thorough|to the point|well prepared|precise|kind|quick|efficient|warm|welcoming|
        lively|clear|accurate|fast|fun)
        always (so )?(friendly|helpful|kind|willing|welcoming|smiling|professional|there for|a pleasure)
        warm welcome; smiling
        (saved|spared) (me|us) (weeks|hours|days|a lot|so much|months|much|a great deal|countless); proud (of|to be)
        invaluable; priceless; indispensable; (great|huge|big|real|enormous|remarkable|massive|vast) improvement
        improvement .. (remarkable|great|huge); grateful .. (dedication|professionalism|kindness|expertise)
        what a (great|fantastic|brilliant|wonderful|lovely|amazing|marvellous|superb|beautiful|joy|pleasure|delight|
        difference|service|team|library|find)
        how (wonderful|brilliant|lovely|impressive|well|fast|quick|kind|professional|much i (enjoy|love|like|
        appreciate))
        beautifully; elegant; exactly the kind of; expertise; professionalism; dedication; kindness; excellence
        commend*; praise(worthy)?; applaud; (true|real) professional*; (whole|entire) experience
    """),
    ("praise", 1.3, """
        excellent; brilliant(ly)?; wonderful(ly)?; great; perfect(ly)?; lovely; superb; splendid; beautiful
        very good; really good; so (kind|helpful|quick|fast|good|nice|friendly|well); impress*; best; friendly
        professional; helpful; patient; competent; efficient; thorough; kind; quick; enjoy(ed|able)?; love
        happy with; glad; pleased with; pleased; satisfied; smooth(ly)?; improvement; excellent answer; star
        congratulations; nice; well (organi[sz]ed|prepared|explained|designed|run); thoughtful; generous
    """),
    ("praise", 3.0, """
        表扬; 表彰; 赞美; 赞扬; 称赞; 夸奖; 夸一夸; 夸夸; 嘉奖; 嘉许; 点赞; 按赞; 给(个|一个|满)?赞; 大赞; 太赞; 好赞
        超赞; 很赞; 真赞; 赞[!,。~]?$; 赞!; 好评; 五星; 满分; 一百分; 100分; 大拇指; 强烈推荐
        推荐给(同学|朋友|大家|同事|身边|其他|所有|别人|更多); 五星推荐; 大推; 真心推荐
        (太|非常|真|超|超级|实在|特别|好|最|极|十分|很|都|真的|确实|相当|你们(都)?|实在太|真是太)(很)?(棒|赞|优秀|
        厉害|强(了|大)|专业|敬业|热情|热心|周到|细心|贴心|亲切|耐心|给力|暖心|温馨|满意|出色|精彩|完美|用心|负责|
        高效|友善|友好|和蔼|有耐性|好用|方便又|人性化|感动|惊喜|佩服|敬佩|优美|舒适|舒服(?!务)|周全|到位|感人|精准|
        完整|详尽|清晰|及时又|有水准|有水平|有帮助而且|体贴|认真|有礼貌|有礼|值得|难得|喜欢|享受|好人|开心)
        佩服; 敬佩; 钦佩; 令人(敬佩|佩服|感动|赞叹|印象深刻|惊艳|惊喜|钦佩|满意|温暖|难忘|称赞); 惊艳; 惊喜; 印象深刻
        感动; 暖心; 窝心; 感到(温暖|很温暖|骄傲|荣幸|幸运|欣慰); 如沐春风; 宾至如归; 春风; 骄傲; 为荣; 以.{1,6}为荣
        幸运; 有你们真好; 有你真好; 不愧; 名不虚传; 名副其实; 典范; 楷模; 榜样; 标杆
        值得(肯定|表扬|称赞|学习|推荐|点赞|嘉许|鼓励|信赖); 有目共睹; 一流; 顶级; 顶尖
        最好(的)?(图书馆|服务|馆员|用)?; 最棒; 最(贴心|专业|好用|温暖|喜欢)的; 第一名
        (服务|态度|工作|效率|质量|品质|水平|水准|环境|能力|素质|体验|讲解|活动|报告|设计|氛围|速度|管理)(都|也|真|
        真的|真是|非常|很|特别|超|一级|极|十分|如此|超级|越来越|是)*(好|高|棒|佳|赞|优质|一流|优美|专业|热情|周到|
        细致|出色|到位|没话说|极佳|贴心|快|人性化|有(很大)?(进步|提升))
        越来越(好|进步|棒|方便|专业|贴心); 进步(很大|神速|有目共睹|了); 有声有色; 深入浅出
        收获(满满|很大|颇丰|良多|很多|颇多); 受益(匪浅|良多); 获益(良多|匪浅); 超(出|乎)(我的?)?(预期|期待|想象|意料)
        出乎意料地?(好|高|快|棒); 喜出望外; 远超
        (认真|尽心|尽职|耐心|热情|热心|细心|敬业|尽责|亲切|专业|用心|贴心|和蔼|友善)(又|且|而|,|、|并且|而且|地|
        细致|负责|周到|尽责|可亲|亲切|热情|耐心|专业|有礼|热心|高效|友善|有效率)
        继续(保持|加油|努力); 再接再厉; 坚持(办|做)下去; 一定要(坚持|办)下去; 请一定办下去; 百忙..亲自; 敬业精神
        专业精神; 职业素养; 功不可没; 太有(价值|意义|用)了; 想得..周到
        没有(你|您)们?(的帮助)?.{0,6}(不可能|就不|就没); 多亏(了)?(你|您|有); 救了我; 救命恩人
        帮了(我)?(大忙|很大的忙).{0,4}(太|真|你们); 挑不出; 无可挑剔; 没得挑; 没话说; 赞不绝口; 竖大拇指; 爱不释手
        编得真好; 做得(真|很|非常|太|特别)?(好|棒|赞|不错|漂亮|出色|到位); 办得(真|很|非常)?(好|棒|成功|有声)
        讲得(真|很|非常|特别)?(好|棒|清楚|精彩|生动); 好正; 好嘢; 劲; 抵赞; 值得赞; 转达..(赞|表扬|敬意|肯定|谢意)
    """),
    ("praise", 1.3, """
        专业; 热情; 耐心; 周到; 贴心; 优秀; 精彩; 优美; 满意; 厉害; 棒; 赞; 高效; 敬业; 亲切; 温暖; 喜欢; 不错; 完美
        漂亮; 很好; 真好; 好用; 方便; 高水平; 用心; 细致; 详细; 详尽; 效率高; 开心; 水平; 难得; 进步; 舒适
    """),
    ("thanks", 1.6, """
        thank(s|ed|ing|ful|fully)?; thank-?you; thx; thnx; tks; ty; ta!; ta,; cheers; many thanks
        much (appreciated|obliged); appreciat(e|ed|es|ion|ive); grateful; gratitude
        (very|so|most|too|how) kind of you; kind of you; obliged; received with thanks; noted with thanks; god bless
        bless you; merci; danke; gracias; arigato
    """),
    ("thanks", 0.9, """
        (got|received) (it|them|the|your|both|everything); has arrived; have arrived
        arrived (safely|this|today|yesterday|in good)
        (that|this|it|which) (is |was )?(exactly |just |all |precisely |quite )*(what|all|the one|
        the very) (that )?(i|we) (was|were|am|had|needed|need|wanted|want|hoped|are|looking)*
        exactly what; just what; all (i|we) need(ed)?
        (solved|settled|sorted|resolved|fixed|clear now|works now|working (again )?now|works (again|fine|perfectly)|
        worked|did the trick|that helps|helps a lot|helped (a lot|me)|very helpful|so helpful|really helpful|
        big help|great help|all good|all set|all clear|makes sense|understood|got it|noted|will do|no further|
        nothing (else|more)|no more questions|that's (fine|all|it|great)|that is (fine|all|it)|perfect|great|
        brilliant|wonderful|ok|okay|you can close|can be closed|no need|don't need anything|confirm receipt|
        i'll (pick|come|return|try|read|have a look|be there|collect)|i will (pick|come|return|try|read|have a look|
        be there|collect)|found it|managed to|able to (log|open|access|download)|open fine|no problem|good weekend|
        see you)
    """),
    ("thanks", 1.6, """
        谢谢|谢谢(您|你|老师|啦|喔|哦|啊|呀|大家); 谢(您|你|了|啦|过|意|!); 感谢; 感激(不尽)?; 感恩; 多谢; 谢谢侬
        鸣谢; 致谢; 道谢; 万分感谢; 感荷; 铭感; 拜谢; 叩谢; 谢忱; 唔该(晒|你|您)?; 3q; 3ku; thx; thanks; thank; 蟹蟹
        谢啦; 辛苦(了|您|你|大家); 麻烦(您|你)了; 有劳; 费心(了)?; 劳驾了; 承蒙; 不胜感激; 劳您费心
    """),
    ("thanks", 0.9, """
        (已|已经|都)?收(到|妥|悉|下)(了|啦)?
        已(下载|取|领|拿|阅|看|解决|处理|可以|能|了解|明白|知悉|归还|成功)|拿到(了)?; 问题(已|已经)?解决(了)?; 解决了
        可以(了|用了|打开|登录|登入|下载|开启)|能(登录|打开|下载|用)了; 明白(了)?; 了解(了)?; 瞭解; 知道(了|啦); 知悉
        好的; 好嘞; 好滴; ok; 收到; 没(有)?(其他|别的|什么|其它)(问题|需要|需求|了); 没问题(了)?
        不用(再)?(麻烦|了|客气); 不需要其他(的)?; 可以结案; 结案; 正是(我)?(要|想要|需要|所需); 就是我(要|想)(找)?的
        正好; 帮(了|咗)?(我)?(好)?大忙; 很有帮助; 太好了; 顺利; 成功了; 祝(您|你|好|工作|平安|安好|顺|身体); 顺颂
        敬礼; 没关系; 不影响; 会(准时|在期限|按时|尽快)?(归还|去拿|过去); (明天|周.|星期.|下午)去(拿|领|取)
    """),
)
