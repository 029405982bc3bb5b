"""Words of messages that something must be done about: a machine wrote, a complaint, a correction."""

RULES = (
    ("auto", 5.0, """
        automatic(ally)? (reply|response|answer|message|generated|acknowledg*|notif*|e?-?mail|sent)
        automated (reply|response|message|e-?mail|notification|acknowledg*)
        auto-?(reply|response|responder|generated); ^\\s*\\[?auto(matic)?\\]?:; sent by a machine
        (do not|don't|cannot|can't) (reply|respond|answer) to this; do not reply; please do not answer this
        not monitored; unmonitored; unattended; no-?reply; replies .. not (be )?read; out of (the |my )?office
        out-of-office; (annual|parental|maternity|paternity|sick|study|medical|family|research) leave
        (am|be|is|currently|now) on (leave|vacation|holiday|holidays|sabbatical|fieldwork|secondment|a business trip)
        (away from|not at) my desk; (am|be|i'm) away (on|until|from)
        (limited|no|intermittent|irregular|occasional|no regular|restricted) access to (my )?(e-?)?mails?
        without internet until; only read mail; check (my )?mail (once|only); delayed response
        will not be (read|forwarded); mails? .. (is|are|will be) (read|deleted|answered after); expect a delay
        back in (the )?office; undeliver(able|ed); deliver(y|ing) (has |have )?fail*; delivery status
        could(n't| not) be delivered; (mailbox|inbox|quota) .. (full|exceeded); mailbox is full; user unknown
        address not found; no such user; returned to sender; mail delivery (sub)?system; mailer-daemon
        mail system at host; temporarily deferred; quarantined
        no longer (work|works|working|employed|with the|in use|valid|active|available at|monitored); have retired
        has left the; (account|address|mailbox) .. (deactivated|disabled|closed|no longer); read receipt
        (message|mail) was (read|opened); unsubscribe; because you (are )?subscribed; notifications are switched on
        you (are receiving|get|received) this (e-?)?mail because; reminder from your calendar
        ^\\s*(re:\\s*)?(accepted|declined|tentative|cancell?ed)( event)?:; (e-?mail )?address changes to
        this (is an )?notification was
    """),
    ("auto", 3.2, """
        (ticket|case|reference|request|confirmation) (number|no|id|#) (is|has)?
        ticket .. (received|opened|created|closed)
        (has|have) been (received|logged|registered|queued) (and|under|with|by); we (have )?received your
        (we )?acknowledge receipt
        (will|shall) (get back to|reply to|respond to|be in touch with|contact|answer) you (within|as soon as|
        shortly|in due course)
        within (one|two|three|five|\\d+|24|48) (working|business)? ?(days|hours); normal processing time
        thank(s| you) for (contacting|getting in touch with|your e?-?(mail|message|enquiry|inquiry))
        enquiry is important; (will|shall) (be back|return|reply when i return|answer .. (when|on) )
        (urgent|emergency) (matters|cases|enquiries|inquiries|issues|requests)?.. (contact|call|turn to|write to|
        reach|e-?mail)
        if (it is|this is|your .. is) urgent
        (contact|turn to|write to) my (colleague|deputy|assistant|secretary|substitute)
        (office|department|library|secretariat|we) (is|are|will be) closed (for|from|until|over|between)
        re-?opens? on; my working (days|hours) are; (travell?ing|abroad|away|on holiday) until
        reply .. when i return; looks after my duties; has been received; high volume of
    """),
    ("auto", 5.0, """
        自动(回复|回覆|答复|应答|发出|发送|寄出|生成|产生|通知|寄送|回信|转发); 系统(自动|通知|邮件|信件|邮箱|寄出)
        由系统..(发|寄|产); (请勿|请不要|切勿|勿)(直接)?(回复|回覆|回信); 不接收回信; 无法收信; 仅供(发送|寄送)
        休假(中|期间)?; 请假(中|通知|期间)?; 放假(期间|通知|中); 正(在)?(休|放)假; 年假; 产假; 病假; 育婴(假)?
        留职停薪; 出差(在外|中|期间); 外出(开会|公干|期间); 不在(办公室|位|座位); 公出; 离岗
        不便(查收|收信|回复)|不能及时(查阅|查收|回复)
        (无法|不能|未能)(及时|即时)?(查阅|查看|收取|收发|处理)(邮件|信件|电邮|电子邮件|来信); 暂不处理邮件
        (无法|未能|不能)(成功)?(送达|寄达|投递|传递|送出); 退信; 被退回; 被对方服务器; (投递|传递|寄送|发送|传送)失败
        邮箱已满; 信箱已满; (邮箱|信箱|空间)(容量|空间)?(不足|已满)
        (用户|使用者|收件人|收件者|帐号|账号|邮箱)(地址)?不存在; 查无(此)?(收件|用户|使用者); 已离职; 离职; 已退休
        (邮箱|信箱|帐号|地址)(已|已经|将)?停用; 改寄; 新地址; 职务代理(人)?; 代理人; 由..代理; 不办公; 暂停服务
        ^\\s*已(读|读取|接受|拒绝|查看)(取)?:; 退订; 取消订阅; 因为(您)?订阅; 电子报; 待处理队列; 行事历; 日历提醒
        自动应答; 本(邮件|信件|邮箱|信箱|通知|信)..(系统|自动|仅); 此(邮件|信件|信箱|邮箱)..(系统|自动|仅|停用)
        有事不在; 有事外出
        (稍后|一会儿?|晚点|稍候|回来后?|届时|随后)(再|会)?(和|与|跟)?(您|你)?(联系|联络|回复|回覆|处理)
        暂时(不在|离开|无法回复); 目前不在; 离开座位; 现正放假; 放紧假
        已收到..尽快(回复|回覆|与您联系|与你联络|处理); 恢复(正常)?(上班|办公|服务|运作)
    """),
    ("auto", 3.2, """
        (将|会)(在|于)..(内|后)?(回复|回覆|与您联系|联系您|返回|处理|答复)
        工作(日|天)内(与您|回复|回覆|答复|处理|联系); 已受理; 编号:?\\s?\\d+
        (申请|工单|案件|来信|邮件|反馈|意见)..(已收到|已受理|已(成功)?(提交|送出|进入)); 敬请谅解
        如有(急事|急件|紧急|要事|急需); 急事请; 急件请; (紧急|急)(事务|事宜|情况|事).. (请)?(联系|洽|致电); 返校后
        回来后(再)?(回复|处理); 返回办公室; 回办公室; 有延迟; 可能会?延迟; 相关(事宜|业务)请
        请(洽|联系|联络)..(代理|同事|助理|老师|办公室|先生|小姐|女士); 不克; 期间..(无法|不能|暂停|暂不); 提醒您:
        尊敬的来信者; 亲爱的寄件者; 感谢您的来信,; 正常处理时间; 客服(专员)?将
    """),
    ("complaint", 4.0, """
        cost me (a|my|the|hours|days|two|money)*; hung up; take your time, my; please do something
        do something about; nobody in charge; let me down; lets? (us|me) down; kept waiting; kept me waiting
        ripped off; rip-?off; shrugged; rolled (his|her|their) eyes; talk(ed|ing)? down; slammed; walked (off|away)
        gave up; given up; lost patience; running out of patience; patience is; unworthy; misleading; misled; lied
        false promises?; broken promises?; overcrowded; unhygienic; ill-?mannered; bad-?tempered; grumpy; surly
        unwilling; couldn't be bothered; not bothered; no apology; without apolog*; i want my money back; refund
        threaten*; humiliating; embarrass(ed|ing); degrading; sexist; racist; offensive; offended; this is a disgrace
        is this how; do you call this; call this; i give up; what is going on; what's going on
        for (weeks|months|ages) now; (weeks|months|days) (now|already)
        why (is|are|does|do|can|can't|must|should|did|was|were|isn't|aren't|don't|won't|have|has) .. (always|never|
        still|nobody|no one|so (long|cold|slow|few|bad|difficult|hard|noisy|many|little|complicated)|not (simply|
        just)|again|every time|constantly)
        oh,? (great|brilliant|wonderful|lovely|perfect|fantastic|good|joy|nice); inappropriate; downhill
        yet to (hear|receive|get|be); (has|have|had) lost my
        lost my (whole|list|work|place|reservation|request|data); unbelievable; unwelcome; patroni[sz]*; condescend*
        dismissive; arrogant; hostile; discriminat*; insult(ed|ing)?; shouted; yelled; snapped at; laughed at
        stared at; sent me away; turned (me )?away; brushed off; fobbed off; wild-goose; run-?around
        kept in the dark; left (alone|hanging|standing|waiting); makes no sense; unreasonable; unfriendly
        intolerable; unbearable; unusable; ludicrous; laughable; so-called; what kind of (service|library)
        call(s|ed)? (this|that|yourselves|itself) (a )?(service|library|professional)
        (completely|totally|utterly|absolutely|really|extremely|most|very|highly) (unhelpful|unnecessary|
        frustrating|disappointing|unclear|confusing|useless|irresponsible|unhappy|unpleasant|inefficient|inadequate|
        unsatisf*)
        how (can|could) it be; how is (it|this|that) (even )?possible; unacceptable; not acceptable; inacceptable
        (formal|official|a|my|make|file|lodge) complaint; complain(ing)? about; i complain; complained
        disappoint(ed|ing|ment|s)?; dissatisf*; unsatisf*
        not (at all |really |very |entirely |quite )?(happy|satisfied|pleased|impressed|amused); unhappy
        rude(ly|ness)?; impolite; unhelpful; useless; worthless; hopeless; waste of (my |our )?(time|money|effort)
        wast(ed|ing) (my|our) (time|day|afternoon|morning|money); terrible; awful*; horrible; horrendous; appalling*
        dreadful; atrocious; abysmal; pathetic; lousy; dismal; shoddy; sloppy; ridiculous*; absurd; outrag(e|eous|ed)
        disgrac*; disgust*; shameful; ashamed; scandal*; frustrat*; annoy(ed|ing|s|ance)?; irritat*; infuriat*; angry
        furious; upset(ting)?; fed up; sick of; tired of; had enough; last straw; thanks for nothing
        thanks a lot for nothing; worst; nightmare; a mess; a joke; shambles; chaos; chaotic; unprofessional*
        incompeten*; negligen*; careless*
        (poor|bad|slow|sloppy|lousy) (service|quality|communication|treatment|experience|organi[sz]ation|handling|
        response)
        poorly; badly (organi[sz]ed|treated|handled|run); not good enough; expected (better|more|much)
        not .. taken seriously; (simply |just |completely |being )ignored; passed (on |around )?from one
        sent from .. to; will not (be us|use|come back|return to)ing?; never (again|come back|use)
        speak to (a|the|your) (manager|supervisor|head|director); strongly object; i object; let down; filthy; dirty
        stinks?; regret to say; nobody cares; no one cares; don't care; couldn't care; unfair(ly)?; overcharged
        lack of (respect|response|communication|care|help); treated (me|us|like); humiliat*; not what i call
        is (simply |just )?not on; beyond a joke; how dare; no excuse; inexcusable; deplorable; unreliable
        under ?whelming; demand (an? )?(explanation|apology|refund); apolog(y|ise|ize) .. expected
        i expect an apology
    """),
    ("complaint", 2.8, """
        (been|was|were|are|am|i'm|i've been|still|have been) waiting
        waited (for|over|more|almost|two|three|\\d+|weeks|days|an)
        still (no|not|haven't|hasn't|nothing|waiting|have not|has not|don't|missing|unanswered|broken|unresolved)
        (nobody|no one|no-one|none of you) (has|have|had|answer*|repl*|respon*|pick*|did|ever|was|told|could|would|
        came|bother*|seems|called|knows|knew)
        (has|have|had)(n't| not| never) (been )?(answer*|repl*|respon*|heard|received any|got any|gotten any|had any)
        no (reply|answer|response|explanation|reason|apology|warning|notice|help) (so far|yet|at all|whatsoever|
        from|since|in|to|for|was|has)?
        without (any |prior )?(notice|reason|explanation|warning|telling|asking|apology)
        (second|third|fourth|fifth|umpteenth|tenth|\\d+(rd|th)) time; again and again; over and over; time and again
        yet again; once again; (does|do)(n't| not) work; not working; stopped working
        (is|was|been|be) (down|offline|broken) (all|again|since|for|the whole|most)
        (is|are|was|were|been) (down|broken|out of order)
        keeps? (crash|fail|kick|send|tell|ask|log|freez|say|los|cutt|disconnect)ing
        (crash|freez|fail)(es|ed|s)? (every|all|again|each|constantly|whenever); kicks me out; logs me out
        impossible to (work|study|read|use|concentrate|find|reach|get)
        can't (work|study|concentrate|be serious|hear)
        nothing (can be found|has (changed|happened)|works|was done|is ever)
        too (noisy|loud|late|slow|cold|hot|expensive|crowded|dirty|few|dark|little)
        so (noisy|loud|slow|cold|hot|dirty|late|crowded|long|poor|bad|disorgani[sz]ed); noisy; noise; freezing
        unreadable; illegible; (pages?|half|parts?) .. missing
        took (so long|too long|forever|ages|(a|two|three|four|five|six|\\d+|over|more|almost|nearly) .. (week|month|
        day|hour)*)
        how much longer; how long (must|am|are) (i|we); how long .. (still|supposed); how long does this
        how is it possible; why (did|was|were|has) (nobody|no one|i not)
        (did|does|was|is|were)(n't| not) (help|helpful|much help|of any help|answer|solve|read|look up|listen|
        bother|care|honou?red)
        no (help|use|good) (at all|to me|whatsoever)?; no answer at all; not one .. (has|was|is)
        it is a (pity|shame); it's a (pity|shame); inconvenien(t|ced); charged (a|me|for|twice)*
        fined (me|for|although); ate my; cancelled without
        was (cancelled|rejected|refused|denied) (and|without|for no|with no)
        (given|went) (away|to somebody else|to someone else); wrong (branch|person|address) twice
        (hours|weeks|days|months) (late|later|overdue|for nothing)
        you (said|promised|told me|assured) .. (but|yet|days|now|nothing|never|it)?; was promised; were promised
        my deadline is (today|tomorrow); missed my (deadline|exam|train); hand in .. without it
        after my (exam|deadline|defence|presentation); in vain; for nothing; wild goose; double-?booked; run down
        torn; hardly any(body|one); it hurts; been told .. (different|three|four)
        (is|are) always (taken|full|broken|occupied|closed); it would have been nice; why bother; what is the point
        what's the point; could(n't| not) be less; far too; way too; does anyone (even )?read
        is anyone (even )?(reading|there); hello\\?; anybody (there|home); not our job; not my job
        told me to (look|do) it (up )?myself; (up|look) at (me|us) when; did not even; didn't even; couldn't even
        not even; all weekend; every single; another (day|week|month) (without|of|wasted)
    """),
    ("complaint", 1.2, """
        bad; badly; bother(ed|ing)?; trouble; broke; broken; lost; ruined; damaged; stained; ripped; wasted; empty
        missing; crash(es|ed|ing)?; stuck; error; impossible; difficult; confusing; complicated; uncomfortable
        unpleasant; crowded; inadequate; insufficient; unanswered; ignored; queue*; weeks ago; months ago; days ago
        in coats; never; loud(ly)?; smell*; cold; hot; dark; shut; closed; cancel+ed; denied; blocked; frankly
        honestly; to be honest; however disappoint*; unfortunately; sadly; nobody; no one; again!; !!; \\?!
        seriously; but .. (not|never|no|ignored|late|without|nobody|unfortunately|still|difficult|problem*); problem*
        fail(s|ed|ing|ure)?; refus(e|ed|al); reject(ed)?; although; supposed to; should have; ought to have
        expensive; slow; late; delay(s|ed)?; chas(e|ed|ing)
        already (wrote|written|asked|called|complained|reported) (twice|three|before|several|many)?; so far
    """),
    ("complaint", 4.0, """
        (很|太|非常|这么|那么|极|十分)不客气; 不(受|被|够)?尊重; 挂(了|断)(我)?(的)?电话; 挂电话; 甩脸; 骂(人|我); 吼
        嘲笑; 羞辱; 侮辱; 歧视; 偏见; 双重标准; 刁难; 为难(我|读者); 很烦; 烦死; 好烦; 真烦; 烦人; 心烦; 崩溃了; 抓狂
        绝望; 十几次; 几十次; 试了(好几|十|很多|无数|三|几)次; 退费; 退款; 赔偿; 道歉; 给我这个; 就给我
        有认真(看|听|回|做); 有没有认真; 良心; 骗; 虚假; 白费; 白等; 白来; 白忙; 浪费时间; 浪费生命; 拖了; 拖拖拉拉
        拖沓; 摆烂; 甩锅; 推来推去; 一拖再拖; 没完没了; 无人问津; 没有下文; 鸡同鸭讲; 冇交代; 冇下文; 好嬲; 嬲; 激气
        离谱; 唔满意; 唔合理; 态度好差; 态度恶劣; 服务态度差; 环境差; 脏乱差; 管理混乱; 安排混乱; 效率低; 不知所谓
        干嘛; 搞什么; 搞咩; 在干什么; 什么服务; 所谓的?(专业|服务|优质|承诺)..
        (几|两|三|四|五|半|一|\\d+|好几)?(个)?(星期|礼拜|月|周|天|小时|年)(了|都|过去|以来|,)?..(还|都|仍|依然|依旧|
        却)(没|未|不见|是没)
        (馆员|馆方|图书馆|工作人员|保安|柜台|职员|你们|管理员)..(也不|都不|不(管|理|制止|处理|理会|闻不问|作为|负责|
        耐烦)|视而不见|置之不理|装没|懒得|冷漠|敷衍|大声|骂|凶|聊天)
        视而不见; 置之不理; 不闻不问; 不作为; 形式主义; 走过场; 石沉大海; 慢得; 慢到; 吵得; 吵到; 臭得; 脏得; 冻得
        旧得; 破烂; 坑人; 坑爹; 垃圾; 烂; 神经; 见鬼; 气人; 吐槽; 诟病; 恼人; 寒碜; 不知所云; 牛头不对马嘴; 文不对题
        一问三不知; 问什么都; 投诉; 申诉; 客诉; 抱怨; 抗议; 控诉; 反映..(次|问题); 无法接受; 不能接受; 难以接受
        无法忍受; 忍无可忍; 受不了; (非常|很|十分|极其|太|极|深感|感到|相当|甚为|真)?失望
        (非常|很|十分|极|极其|颇|相当|并|深感|感到|表示|太|挺)?不满(意)?; 生气; 气愤; 愤怒; 火大; 气死; 恼火; 心寒
        寒心; 痛心; 无语; 傻眼; 离晒谱; 夸张; 太过分; 过分
        (态度|服务|质量|品质|效率|环境|管理|体验|卫生|设备)..(恶劣|很差|差劲|太差|极差|好差|糟糕|低下|太低|不好|
        不佳|不行|不周|散漫|傲慢|冷淡|冷漠|敷衍)
        差劲; 糟糕; 很烂; 太烂; 烂透; 差评; 没用; 没有用; 没什么用; 一点用
        毫无(用|帮助|关系|回应|作用|进展|改善|诚意); 一点(帮助|用处|进展|消息|改善)(也|都)没; 有什么用
        完全(不相关|没用|没有|无关|无法); 答非所问; 根本(没|不|无法|就不|就没); 敷衍(了事)?; 应付了事; 推诿; 推卸
        踢皮球; 皮球; 爱理不理; 爱搭不理; 不理不睬; 不耐烦; 没礼貌; 不礼貌; 白眼; 摆脸色; 脸色; 凶
        (浪费|耽误|耽搁|拖延).. (时间|进度|工夫)?; 白跑; 害我; 害得; 让我错过; 错过截止; 呵呵; 好棒棒; 真是谢谢你们
        真行; 可真; 谢谢你们喔; 不负责任; 不专业; 失职; 懒散
        (不|太不|很不|极不)(合理|公平|方便|像话|应该|专业|尊重|友善|友好|舒服|人性化)(理)?; 太扯; 扯; 岂有此理
        莫名其妙; 荒唐; 可笑; 讽刺; 遗憾; 受够; 恶心; 脏; 臭; 霉味; 乱收费; 乱扣; 罚(我|款|钱); 被罚
        没人(管|理|回|接|看|修|答|处理|负责|告诉|通知|在|帮|联系|搭理|换); 冇人(理|覆|接|回|答|跟进)
        没有(任何)?人(联系|回复|回覆|理|管|处理|看|接|回应|答复|告诉|通知)
        (有|到底|究竟)(没有|有没有)?人(看|管|理|处理|负责)..(吗|嘛|看); 有人看吗; 坏了..(没|修|换); 讨个说法
        给(我)?(一)?个(说法|交代|解释)
    """),
    ("complaint", 2.8, """
        等了; 等咗; 等到; 等足; 已经等; 苦等; 久等; 迟迟; 拖(了|这么|那么|到|延|很|太)(久|长)?; 至今(没|未|仍|还|都)
        到现在(还|都|仍)(没|不|未); 还是没(有)?(回|下文|消息|人|收到|结果|解决|处理); 仍(未|然没有|没)
        (一直|都|完全|始终|还|还是|从来|从|也|又|却|再)(没有|没|未|不|无)(人)?(任何)?(回复|回覆|回信|回音|答复|回应|
        消息|下文|处理|解决|结果|改善|收到|更新|修|有人)
        没有(任何)?(回复|回覆|回音|答复|回应|消息|下文|说明|解释|理由|结果|改善|通知)
        (石沉大海|杳无音信|没有下文|没有下落|无下文|不了了之)
        (第)?(三|四|五|六|好几|多|很多|无数|n|\\d)(次|遍|回)(了|反映|写信|催|打|来信|投|没)?; 三番五次; 再三; 屡次
        一而再; 三天两头; 动不动; 催了
        又(打不开|坏|当机|死机|断线|掉线|崩溃|出错|出问题|故障|取消|关|闪退|停|是这样|来了|不能|登不|没|错过|在)
        (一直|总是|老是|经常|常常|不停|频繁|整天|成日|天天)(断|掉|当|出错|卡|坏|打不|登不|没|连不|故障|报错|被|是满|
        占|显示|不|很)
        打不通; 没人接; 无人(接听|回复|理会|处理|回应|值班); 信也不回; 不回(信|复|覆|邮件|我)
        太(吵|慢|差|低|久|贵|热|冷|少|脏|乱|小|旧|暗|麻烦|复杂|严重|不|扯|烂|让人); 吵死; 好(吵|慢|差|嘈|热|冻|贵)
        很(吵|慢|差|脏|乱|烂|难用|离谱|冷淡|失礼|敷衍); 嘈; 热得; 冷得; 热到; 冷到; 热死; 冻死; 要命; 不行; 难用
        难找; 模糊; 不清; 看不清; 缺(了|页|少); 少了好几; 坏了; 故障; 瘫痪; 不通; 断线; 掉线; 当机; 死机; 卡死; 闪退
        打不开; 占座; 占位; 霸位; 突然(闭馆|关|取消|通知|断|停|说); 不(提前|事先|先|早点)(通知|公告|告知|说)
        也不(通知|公告|说|管|回|解释|处理|道歉|提前); (都|也)不(管|理|处理|解释|道歉); 没有提前
        被(取消|拒绝|拒|退|扣|罚|赶|别人借|给了|骂|凶); 一句(解释|道歉)(都|也)没; 让我(怎么办|很|非常|等)
        怎么(办|能这样|可以这样|回事|搞的|还|会这样|又); 什么意思\\?; 凭什么; 难道; 究竟; 到底; 明明; 居然; 竟然
        反而; 害; 不满; 不悦; 不舒服; 不爽; 不被尊重; 受气; 委屈; 玩手机; 聊天; 磨磨蹭蹭; 慢吞吞; 效率(低|太|很)
        形同虚设; 名不副实; 说一套; 骗人; 忽悠; (毫不|毫无|无)相关; 不相关; 毫无关系; 没有关系的; 只是复制; 没有回答
        没回答; 没有解决; 没解决; 不解决; 解决不了; 收费..(贵|高|二十|一百|不合理); 太贵; 排了..(小时|分钟)
        排队..(小时|分钟|久|长); 截止日; 报告早就; 论文(马上|早就)..; 现在才; 才(回|给|收到|通知|说|来)
    """),
    ("complaint", 1.2, """
        不制止; 不劝阻; 大声; 喧哗; 吵闹; 讲电话; 一堆; 蜗牛; 冷漠; 冷淡; 傲慢; 不耐; 混乱; 破; 旧; 拥挤; 关门; 停电
        漏水; 没电; 不专业; 麻烦死; 难受; 痛苦; 崩溃; 不了; 所谓; 不够; 不足; 太少; 恶; 丢; 弄丢; 不见了; 还没; 都没
        没用; 失误; 拒绝; 本来不想; 说真的; 老实说; 坦白说; 坦白讲; 实在; 一百; 严重; !!; \\?!; 永远; 每次; 终究
        失败; 无法; 不能; 慢; 差; 好差; 可惜; 希望改善; 请改善; 改进; 检讨
    """),
    ("complaint", 0.6, """
        虽然; 但是?; 不过; 却; 可是; but; however; yet
    """),
    ("correction", 3.6, """
        (isn't|is not|wasn't|was not|aren't|are not|not) the (right |same |correct )?(article|book|one|paper|
        edition|version|document|file|title|volume|chapter|author|person|journal|report|copy|map|issue|item|text|
        page|thing|topic|subject|question) (that |which )?(i|we) (requested|asked|wanted|want|need|needed|ordered|
        meant|had|am|was|were)
        gave you the wrong
        (the )?(correct|right) (one|title|name|number|spelling|year|author|date|isbn|doi|answer|version|address|
        edition|journal|page|term|link) (is|was|should|would be|reads)
        lists? (this|it|him|her|the book|the article|the wrong) as
        , but (it|that|this|he|she|the .{3,20}) (is|was) (actually|really|in fact|volume|by|from|published|written)
        you (may|might|must|seem to|probably) (have )?(confused|confuse|mixed|mistaken|mistook|overlooked|misread)
        overlooked; two digits; digits
        (not|isn't|wasn't) (quite |exactly |really |at all )?what i (meant|asked|was asking|wanted|am looking|
        was looking|need|had in mind|said|ordered|requested)
        i (actually |really )?meant; i (did not|didn't) mean
        what i (actually |really )?(mean|meant|need is|want is|wanted was|asked for|am after)
        i was (asking|referring|talking) (about|to|for); i asked (for|about); i said; misunder(stand|stood|standing)*
        (wrong|incorrect|mistaken) (year|date|author|title|edition|version|volume|issue|page*|link|file|attachment|
        book|article|paper|number|name|person|place|address|isbn|doi|record|class*|heading|spelling|one|topic|
        country|language|journal|term|url|information|subject|term)
        misspel(t|led|ling)*; mis-?spelled; mislabel*; misprint*; misquot*; mistyp*; misread; mistransl*; mis-?stated
        typo*; spelling (mistake|error)
        (is|was|are|were|seems|appears|looks) (spelt|spelled|written|dated|listed|given|shown|stated|filed|
        attributed|catalogued|classified|labelled) (wrong|incorrect)*ly?
        (is|are|was|were|be|seems|looks|appears) (wrong|incorrect|inaccurate|mistaken|out of date|outdated|
        not correct|not right|not accurate|erroneous|no longer correct)
        incorrect(ly)?; erroneous*
        (should|ought to|must) (be|read|say|have been|have read|stand|actually be|really be); it reads; please read
        there is (an? )?(error|mistake) (in|on|with); there's (an? )?(error|mistake|typo); (error|mistake) in
        (i|you|we|they|someone|somebody) (have |has |had |must have |may have |might have |
        seem to have )?(made an? (mistake|error)|mixed up|confused|swapped|mistook|mixed|misplaced)
        mix(ed)? (me )?up; correction (to|of|:); (small|minor|one|quick|slight) correction
        (please|kindly|could you|can you|to|must|just to|needs? to) (be )?(correct(ed)?|amend(ed)?|rectif(y|ied)|
        fix) (one|the|this|it|that|my|your|a|in|thing)?
        please (replace|change|update|disregard|limit|restrict|remove|exclude|ignore|take .. out)
        let me (rephrase|clarify|correct|explain again); to (clarify|be clear|be precise|be more precise)
        (not|n't) express (myself|it) clear*; (being|been|was) unclear
        should have (said|written|mentioned|been clearer); forgot to (say|mention|add|write|include)
        (you|your (mail|message|list|answer|summary|reference|record|page|article|site|guide)) .. (has|gives?|says?|
        shows?|lists?|lead*) .. (but|wrong|instead)
        leads? to (another|a different|the wrong); does not (resolve|exist|match|correspond|belong); broken link
        link .. (is |appears |seems )?(broken|dead|wrong|expired|does not|doesn't); dead link
        never (asked for|wrote|requested|ordered|borrowed|registered) (a|the|this|that|any|it)
        (different|another) (things|person|author|book|edition|article) (of that name|with the same name|altogether)?
        namesake; same name; two (painters|authors|people|persons) (of|with); confused me with
        (attached|sent|gave|sent me|given|have) (me )?the wrong
        you (have|got|had|gave|put|wrote|listed|spelled|attached|quoted|cited) .. wrong; wrong attachment
        not the (one|right|same|correct); does(n't| not) (match|fit|agree) (the|my|with|what)
        it is not .. (but|that i); belongs to another; can't be right; cannot be right; as far as i know
        actually (it|the|i|he|she|that|this|my|they)
        (it's|its|is|was) .. (,|and) not (the|in|on|by|from|a|about|that|with|to)?; no, (i|it|not|that|the|my|we)
    """),
    ("correction", 1.7, """
        rather than; instead of; and not; still (says|shows|lists|gives|states|mentions|reads)
        but the (paper|original|source|book|article|title page|cover|sign|catalogue|text|report|website|page) (says|
        gives|has|states|reads|shows)
        (is|was|are|were) (from|of|about|by|for|the) [^.?!]{1,40}, i (need|needed|asked|want|wanted|ordered|meant|
        requested)
        , but (it|this|that|he|she) (is|was|are|were); mix-?up; not clear
        (wasn't|was not|haven't been|have not been|not been) (very |quite )?clear; (i )?(was|been) unclear
        (need|needed|want|wanted|meant|asked for|looking for|ordered|mean|is|was|'s) [^.,?!]{1,45}, not [a-z]+; no,
        other one; the other; different one; actually; in fact; correct; correctly; wrong; mistake*; error; instead
        not quite; almost there; , not; sorry,; i'm afraid; wait,; outdated; out of date; no longer; to be exact
        that's not; this isn't; that is not; this is not; it is not; it's not; i mean; only need; do not need the
        don't need the; on rereading; noticed that; swapped; reversed; limit the
    """),
    ("correction", 3.6, """
        (您|你|你们|贵馆)(回复|回覆|给|寄|发|发来|提供|传|找)(来|给)?(我)?的(是|不是|不对|.{1,6}(不是|
        不对))[^。?!]{0,20}
        但我(要|想要|需要|找|问|要找|想找)(的)?(是)?; 而我(要|问|找|需要)(的)?是
        不是我(要|想要|需要|问|说|找|指)(找)?(的)?
        正确(的)?(题目|年份|名称|书名|作者|写法|答案|号码|地址|页码|版本|是|应); 标注错误; 标注有误; 著录(错误|有误)
        核实(一下)?; 再核实; 请核(对|实|查); 复核; 校正; 打错字; 输错; 记错; 说错; 口误; 填错; 弄错; 贴错; 引错
        但?实际上; 与实际; 不对,; 不是这(本|篇|个|份|样|一); 并不是(他|她|这|我); 给我的是..[,，]; 说法有误; 弄混
        搞混; 不是(这|那|我|您|你)?(个|种)?(意思|我(想)?要(的|找的)|所要的|想要的); (我|小弟|本人)?(的)?意思是
        我(其实|实际上|真正)?(想)?(要|问|指|说|讲|找|查|需要|需)(的|嘅)(其实|应该)?(是|系|并不是|唔系)
        我想(说|问|表达)的(是|其实); 我说的是; 我指的; 所指
        (理解|领会|搞|弄|写|打|拼|发|寄|拿|给|看|听|印|标|填|传|记|译|翻|排|输入|输|放|引|登记|登录|归|著录|贴|送|
        抄|念|读|认)错(了|误|成|咗|的)?
        误(会|解|认|植|写|判|为|标|将|把|以为); 曲解; (搞|弄)(混|反|颠倒); 混淆; 颠倒; 张冠李戴; 同名(的|同姓)?
        另一位(学者|作者|读者|人); 应(为|作|是|该为|当是|当为|该是|改为|更正为|写成|该写); 更正; 订正; 勘误; 纠正
        指正; 纠错
        请(帮(我|忙))?(改|修改|修正|改成|改为|删除|更改|订正|核对|核实|查核|校对|调整|更新|排除|限定|忽略)
        麻烦(您|你)?(帮忙)?(改|修改|修正|更改|更正|订正|删); 改(成|为)
        (有|存在|出现|发现)(一处|个|几处|一个|些|明显)?(误|错误|错字|错别字|笔误|出入|差错|偏差|谬误|疏漏); 错别字
        错字; 笔误; 别字; 打字错误; 不(正确|准确|对|符|一致|吻合|相符|精确)(的)?
        与(实际|事实|原文|原书|实物|实体书)..(不符|不同|不一致|有出入); 与事实
        (连结|链接|网址|页码|年份|日期|作者|书名|题名|卷期|卷号|期号|姓名|名字|地址|电话|分类|分类号|索书号|数据|
        数字|版本|译名|出处|图注|单位|号码|附件|信息|资讯|资料|拼写|拼音|标题|时间).. (错|错误|有误|不对|失效|
        不正确|不符|写反|已过期|过时|没有更新|没更新|写成|写错|是错的)
        失效; 已经过时; 过时了; 没有更新; 未更新; 还没更新; 仍写着; 还写着; 写着..(现在|实际|其实); 写成(了)?
        当成(了)?; 归到; 算到; 漏(写|了|掉|填|列|说)
        (没|没有|未|沒)(说|讲|写|表达|讲得|说得|描述)(得)?(清楚|明白|清); 没说清; 表达(得)?不(清|够); 说得不清
        (而|並|并)(非|不是); 不是.{1,14}[,，]?(而)?是; 是[^,。?!]{1,16}[,，](而)?(不是|并不是|并非|唔系|不要)
        (要|找|问|需要|指|问的|查)[^,。?!]{1,14}[,，](而)?(不是|不要|并非|唔系|不用|不需要); 准确(地|的)?(说|讲)
        严格来说; 确切(地)?说; 正确(的)?(是|应|写法|答案|说法|年份|名称); 其实是; 实际上是; 事实上; 据我所知; 搞错咗
        唔系呢个; 唔系.{1,12}系; 系.{1,12}唔系; 要嘅系; 修正(一下|上)?; 澄清; 补充更正; 说的(可能)?不是一(回|件)事
        不是一回事; 只(要|需要|需|限)[^。?!]{1,12}(就好|即可|就行|就可以|,|,?请排除|的); 请排除
    """),
    ("correction", 1.7, """
        其实; 错; 错误; 有误; 不对; 搞错; 不是; 并不是; 唔系; 可能错; 似乎; 好像..(错|误|不对); 抱歉,; 不好意思,
        上封; 上一封; 改; 修改; 重读; 才对; 快对了; 差一点; 只要; 只需; 不太合适
    """),
)
