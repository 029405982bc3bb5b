"""The words by which a patron's message is understood: each list speaks for one kind, with a weight.

How a phrase is written: :mod:`phrase_rules`. Chinese phrases match both scripts; words of Taiwan and Hong Kong have
their own entries. A phrase counts in the first list of its kind that finds it. The lists themselves stand in
:mod:`message_words_act` and :mod:`message_words_ask`.
"""

from .message_words_act import RULES as _TO_ACT
from .message_words_ask import RULES as _TO_ASK

RULES = _TO_ACT + _TO_ASK
"""(kind, weight, phrases)"""

NEGATIONS = """
    not; no; never; n't; neither; nor; hardly; barely; far from; anything but; nothing; without; lack of; isn't
    wasn't; aren't; don't; didn't; doesn't; cannot; can't; less than; 不; 没; 没有; 未; 无; 并非; 毫无; 不是; 不够
    不太; 不算; 谈不上; 唔; 冇; 别; 难以; 缺乏; 不怎么; 无须; 不必
"""
"""What turns a praise right behind it into a complaint."""

UNLESS = {
    "need": """
        do something about; all about; know about; think about; worry about; hear about; sorry about; complain about
        收到..全文; 收到..(文献|资料|论文|文章|报告); (要|想)求; thank(s| you)[^.,!?:\\n]{0,70}
        (appreciate|grateful for) (the|your|all)[^.,!?:\\n]{0,60}
        (exactly|just|precisely|all|everything|anything|whatever) (what |that )?(i|we)( have| had| was| were|
        am)?( been)? (need*|want*|require*|looking for|after|hoping for)( for)?
        (do|does|did|will|would|should) (i|we|you|they|she|he|one|students|visitors|it) (still |also |really |
        even )?need*
        need i; no longer need*; (not|n't) (need|require|want)*; no need; any more need; found what
        (搵|找|查|借|拿|收|下载|买|读|看)到(咗|了|本|喇|啦)[^,。?]{0,10}; (感谢|谢谢|多谢|感激|感恩)[^,。!?\\n]{1,24}
        (您|你|老师|馆员)(帮我|代为|替我|帮忙|为我)[^,。]{1,12}的
        (正是|就是|正好是|恰好是)(我|我们)?(一直)?(所)?(要|想|需要|需)(找|的)*
        (不|没有|没|无|唔)(再|什么|其他|别的|其它|任何)?(需要|需求|用|要求)
        需要(提前|本人|带|预约|登记|注意|付|多久|多长|几|什么|怎|哪|开|办|填|多少|先|收费|报名|等)
    """,
    "correction": """
        没错; 不错; (exactly|just|precisely) what i[^.,!?]{0,30}; 是不是
    """,
    "praise": """
        great-?(grand|aunt|uncle)*; great (britain|war|wall|depression)
    """,
    "complaint": """
        没有问题; not complaining; no complaints?; nothing to complain; can't complain; cannot complain
        without (a )?complaint; don't worry about; no worries; worry about the (wait|delay); no rush
        chasing the lender; expected to wait (much )?longer; happy to wait; patience; lost for words
        nothing but good; no problem; not a problem; worst case; could not be delivered; was not easy; couldn't have
        could not have; no trouble; unfair advantage; not a single thing to criti; without you; 没(有)?关系; 不影响
        没问题; 不要紧; 无可挑剔; 挑不出; 没有(你|您)们; 没有半点不耐烦; 不耐烦的样子都没; 没得挑; 没话说; 不用再麻烦
        不用急; 不急; 别着急; 慢慢来; 回复晚了; 晚几天; 问题(已|已经)?解决; 毫无怨言; 没有其他; 没有别的; 不得不
        不可能; 不得了; 不一样; 受(不|益)
    """,
}
"""What looks like a word of a kind and is none; it is taken out of the text before the lists of that kind look."""
