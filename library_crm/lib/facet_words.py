"""Which facet of the service some words are about: its idea, its content, its way of serving, its technology.

Keyword rules in Chinese and English; a librarian confirms. Whoever changes a list changes what is proposed, at once.
"""

from functools import cache

from .phrase_rules import compile_phrases
from .text_tokens import fold

LISTS = {
    "concept": """
        attitude*; rude*; impolite*; polite*; friendl*; unfriendl*; kind(ness|ly)?; welcom*; unwelcom*; respect*
        disrespect*; dismissive*; patroni[sz]ing; condescend*; arrogan*; ignored; discriminat*; unfair*; fair(ness)?
        equal*; inclusi*; privacy; reader* first; patron* first; put* (users|readers|patrons|people) first
        people like me; mission; principle*; policy; policies; values; philosoph*; why do(es)? (the|a) library
        not for (us|people|students); accessib* for (all|everyone); bureaucra*; red tape; trust*
        treat(ed)? (us|me|as); censor*; neutral*; barrier*; censorship; lifelong; charit*; 态度; 理念; 观念; 以人为本
        读者至上; 以读者为中心; 尊重; 不尊重; 歧视; 公平; 不公; 平等; 一视同仁; 冷淡; 冷漠; 热情; 亲切; 耐心; 不耐烦
        礼貌; 没礼貌; 傲慢; 敷衍; 官僚; 爱理不理; 隐私; 个资; 宗旨; 政策; 原则; 制度; 人性化; 不人性; 关怀; 关心
        包容; 无障碍理念; 服务意识; 服务精神; 服务态度; 主动服务; 使命; 价值观; 为什么不能; 凭什么; 刁难; 踢皮球
        白眼; 脸色; 贴心; 用心
    """,
    "content": """
        book*; e-?book*; journal*; newspaper*; magazine*; collection*; holding*; title*; edition*; volume*; issue*
        stock; database*; dataset*; subscri*; licen[cs]e*; full text*; articles?; paper*; content*; textbook*
        literature; archive*; manuscript*; thes[ei]s; dissertation*; standards; patents?; map(s)?; film*; dvd*
        audiobook*; outdated; out of date; out of print; up to date; current; accura*; inaccura*; incorrect
        wrong (answer|information|author|year|page|title|date); mistake*; error in; typo*; misspel*; incomplete
        missing (page|volume|issue|article)*; quality of the answer; information; reference*; citation*; bibliograph*
        catalogue record; subject heading*; classif*; abstract*; author*; source*; answer*; 书; 图书; 书籍; 电子书
        期刊; 杂志; 报纸; 馆藏; 藏书; 资料; 文献; 数据库; 资料库; 全文; 论文; 文章; 教材; 教科书; 参考书; 绘本; 漫画
        版本; 卷; 订阅; 订购; 采购; 购买; 内容; 信息; 资讯; 答案; 解答; 不准确; 准确; 过时; 过期的; 陈旧; 太旧; 更新
        错误; 有误; 错字; 错别字; 缺页; 缺期; 缺卷; 遗漏; 不全; 不完整; 著录; 书目; 作者; 题名; 引文; 引用; 出处
        来源; 索引; 摘要; 标准; 专利; 古籍; 档案; 学位论文; 绝版; 种类; 品种; 外文; 新书; 影音; 视听; 光碟; 有声书
        语种; 主题; 专题
    """,
    "mode": """
        opening (hour|time)*; open(s|ed)? (late|early|longer|on|until|earlier|later)
        clos(e|es|ed|ing) (early|at|on|time|before); weekend*; sunday*; evening*; holiday*; hours; queue*
        wait(ed|ing|s)?; waiting time; slow* (answer|reply|response|service|delivery); too long
        took .. (days|weeks|months); deadline*; late; delay*; overdue; fine(s|d)?; fee*; charge*; loan period; renew*
        reserv*; hold(s)?; recall*; borrow*; lend*; return(s|ed)?; drop box; book drop; interlibrary; delivery
        deliver*; post(al|age); pick-?up; collect(ed|ion point)?; branch*; counter; desk; appointment*; booking*
        book a room; room*; seat*; noise; noisy; loud; quiet; study space*; toilet*; heating; air con*; cold
        temperature; parking; course*; workshop*; training*; tour*; event*; opening; procedure*; process; form(s)?
        paperwork; register*; registration; card*; limit*; quota; staff(ing)?; phone*; hotline; by mail
        follow(ed)? up; respon[sd]*; repl(y|ied|ies); service*; librarian*; 开放时间; 开馆; 闭馆; 关门; 营业时间
        周末; 周日; 星期天; 假日; 寒暑假; 晚上; 延长; 排队; 等待; 等了; 久等; 太慢; 很慢; 拖; 迟迟; 逾期; 罚款
        滞纳金; 费用; 收费; 借期; 续借; 预约; 预借; 借阅; 借书; 还书; 归还; 还书箱; 馆际互借; 馆际合作; 文献传递
        送书; 快递; 邮寄; 取书; 分馆; 柜台; 流通台; 服务台; 咨询台; 座位; 占座; 占位; 研讨室; 讨论室; 自习; 阅览室
        噪音; 吵; 安静; 厕所; 洗手间; 空调; 冷气; 暖气; 温度; 停车; 讲座; 培训; 课程; 活动; 流程; 手续; 程序; 表格
        办证; 借书证; 借阅证; 册数; 上限; 人手; 电话; 回复; 回覆; 答复; 跟进; 服务; 馆员; 方式; 通知; 提醒
    """,
    "technology": """
        websites?; web sites?; webpages?; web pages?; site; homepage; portal; app; apps; mobile; phone app; login
        log in; log(ged|ging)? (in|on|out); sign(ed|ing)? in; password*; account*; wi-?fi; network; internet; vpn
        proxy; remote access; off-?campus; server*; system*; software; download*; upload*; link*; url; broken
        dead link*; 404; error (message|code|page|500); crash*; freez*; timeout*; time(s|d)? out; loading; load
        button*; search (engine|box|function|page|result)*; interface*; screen*; computer*; pc; pcs; laptop*
        printer*; print(ing)?; scan(ner|ning)*; copier*; photocopi*; self-?check*; kiosk*; machine*; terminal*; rfid
        gate*; browser*; chrome; safari; pdf; qr; chatbot*; catalogue search; opac; e-?mail system; accessibility
        screen reader*; captcha; api; bug*; glitch*; outlet*; socket*; usb; 网站; 网页; 官网; 首页; 界面; 介面; 系统
        软件; 软体; 程序错误; 手机; 应用; 小程序; 公众号; 微信; 登录; 登入; 登陆; 密码; 帐号; 账号; 无线网; 无线网络
        无线网路; 网络; 网路; 校外访问; 校外连线; 代理; 服务器; 伺服器; 下载; 上传; 链接; 连结; 打不开; 无法打开
        点不开; 报错; 出错; 错误代码; 崩溃; 闪退; 当机; 死机; 卡顿; 卡住; 加载; 载入; 按钮; 按键; 检索系统; 搜索框
        搜寻功能; 检索功能; 搜索功能; 电脑; 计算机; 打印; 列印; 打印机; 印表机; 复印; 影印; 扫描; 自助借还; 自助机
        机器; 设备; 门禁; 闸机; 浏览器; 二维码; 验证码; 插座; 充电; 屏幕; 萤幕; 荧幕
    """,
}
ORDER = ("technology", "mode", "concept", "content")
"""Of two facets with as many words the first one: what is nearest to a thing that can be mended."""
_WEIGHT = {"technology": 1.2, "mode": 1.0, "concept": 1.6, "content": 1.0}
MOST_TEXT = 20000
MOST_WORDS = 8


@cache
def _rules():
    return {facet: compile_phrases(phrases) for facet, phrases in LISTS.items()}


def find_facet(text):
    """The facet that most words of a text speak for.

    :param str text: what somebody told the library
    :return: (code or None, tuple of the words as they stand in the text)

    >>> find_facet("The website times out when I log in.")
    ('technology', ('website', 'times out', 'log in'))
    >>> find_facet("馆员的服务态度很差，对读者不耐烦")[0]
    'concept'
    >>> find_facet("Hello")
    (None, ())
    """
    text = (text or "")[:MOST_TEXT]
    folded = fold(text)
    found = {}
    for facet, rule in _rules().items():
        words = dict.fromkeys(text[match.start():match.end()] for match in rule.finditer(folded))
        if words:
            found[facet] = tuple(words)
    if not found:
        return None, ()
    best = max(found, key=lambda facet: (_WEIGHT[facet] * len(found[facet]), -ORDER.index(facet)))
    return best, found[best][:MOST_WORDS]
