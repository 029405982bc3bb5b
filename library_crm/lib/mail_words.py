"""What machines write in subjects and bodies, language by language. Only words, no decisions.

Subjects are matched at their start, so that "Re: Automatic reply" and "How do I set an out of office
reply?" stay what a person wrote. Body phrases are plain substrings of lower-case text with single blanks.
"""

import re


def _starts(*patterns: str) -> re.Pattern:
    return re.compile("(?:" + "|".join(patterns) + ")", re.IGNORECASE)


_COLON = r"\s{0,3}[:：]"

# the form that a program gives a subject: a fixed phrase, a colon, the subject it answers
AUTO_SUBJECT_FORMED = _starts(
    r"automatic[- ]?(?:reply|response|answer)" + _COLON, r"auto[- ]?(?:reply|response|responder|answer|replied)" + _COLON,
    r"auto" + _COLON, r"automated (?:reply|response)" + _COLON, r"\[?auto[- ]?reply\]?" + _COLON + "?", r"ooo" + _COLON,
    r"out of (?:the )?office(?: reply| autoreply| message)?" + _COLON, r"vacation(?: reply| response)?" + _COLON,
    r"away from (?:my|the) (?:mail|office|desk)" + _COLON + "?", r"autosvar" + _COLON, r"automatisk svar" + _COLON,
    r"automatisch(?:e|es)? ?(?:antwort|antwoord|reply)" + _COLON, r"automatische abwesenheits\w{1,20}" + _COLON,
    r"abwesenheits(?:notiz|nachricht|meldung|benachrichtigung)" + _COLON + "?", r"abwesend" + _COLON,
    r"r[eé]ponse automatique" + _COLON, r"message d.absence" + _COLON + "?", r"absence du bureau" + _COLON + "?",
    r"absen(?:t|ce)(?:\(e\))? du bureau" + _COLON + "?", r"notification d.absence" + _COLON + "?",
    r"respuesta autom[aá]tica" + _COLON + "?", r"fuera de (?:la )?oficina" + _COLON + "?", r"contestaci[oó]n autom[aá]tica",
    r"risposta automatica" + _COLON + "?", r"fuori (?:sede|ufficio)" + _COLON + "?",
    r"resposta autom[aá]tica" + _COLON + "?", r"fora do escrit[oó]rio" + _COLON + "?", r"aus[eê]ncia tempor[aá]ria",
    r"afwezig(?:heid)?(?:sbericht|smelding)?" + _COLON, r"niet op kantoor" + _COLON + "?",
    r"autoodpowied[zź]", r"odpowied[zź] automatyczna" + _COLON + "?", r"automatyczna odpowied[zź]",
    r"nieobecno[sś][cć] w (?:biurze|pracy)", r"автоматический ответ" + _COLON + "?", r"автоответ",
    r"отсутстви[ея] на рабочем месте", r"нет на рабочем месте",
    r"[\[【(（]?自动(?:回复|答复|回覆|应答|回應|回信)[\]】)）]?", r"[\[【(（]?自動(?:回覆|回復|答覆|回應|回信|應答)[\]】)）]?",
    r"[\[【(（]?(?:外出|休假|度假|出差|假期|不在办公室|不在辦公室|离开办公室|離開辦公室)(?:中|期间|期間)?(?:自动|自動)?(?:回复|回覆|通知|提醒|答复|訊息|消息)?[\]】)）]?\s{0,3}(?:[:：]|$)",
    r"[\[【(（]?自動(?:返信|応答|送信)", r"不在(?:通知|連絡|案内|のお知らせ)", r"[\[(]?자동\s?(?:회신|응답|답장)", r"[\[(]?부재\s?중",
    r"otomatik yan[iı]t", r"automaattinen vastaus", r"automatick[aá] odpov[eě][dď]", r"automatikus v[aá]lasz",
    r"poissa", r"frånvaro", r"fraværs(?:svar|melding|besked)", r"jawapan automatik", r"balasan otomatis", r"trả lời tự động",
)
# phrases that people use as well: they count together with a second sign
AUTO_SUBJECT_LOOSE = _starts(
    r"out of (?:the )?office", r"ooo\b", r"on (?:annual |maternity |parental |sick |study )?leave\b", r"on (?:vacation|holiday)",
    r"(?:i am|i'm|we are|currently) (?:away|on leave|out of)", r".{1,60} is (?:currently )?(?:out of|away from) the office",
    r".{1,60} is on (?:vacation|leave|holiday)", r"away\b", r"vacation\b", r"holiday\b", r"absen(?:t|ce)\b", r"abwesend\b",
    r"ich bin (?:nicht|derzeit|zur zeit|bis)", r".{1,40} ist (?:nicht im|au(?:ß|ss)er|abwesend)", r"im urlaub", r"en cong[eé]s?",
    r"vacances", r"de vacaciones", r"ausente", r"in ferie", r"assente", r"de f[eé]rias", r"met vakantie", r"urlop",
    r"в отпуске", r"休假", r"外出", r"出差", r"放假", r"度假", r"不在", r"請假", r"请假", r"暂时离开", r"暫時離開", r"休暇", r"외근", r"휴가",
    r"thank you for (?:your|contacting|writing)", r"thanks for (?:contacting|your (?:e-?mail|message))",
    r"we(?:'ve| have) received your", r"your (?:request|message|e-?mail|enquiry|inquiry|ticket) (?:has been|was) received",
    r"(?:request|ticket|case) received", r"\[?(?:ticket|case|request)[ #:-]{0,3}[\w-]{1,20}\]?.{0,40}(?:received|created|opened|acknowledge)",
    r"acknowledge?ment", r"confirmation of receipt", r"receipt confirmation", r"eingangsbest[aä]tigung", r"accus[eé] de r[eé]ception",
    r"acuse de recibo", r"已收到", r"收到您的", r"您的(?:邮件|来信|郵件|來信|请求|請求|工单)", r"邮件已收到", r"郵件已收到", r"感谢您的来信", r"感謝您的來信",
    r"[\[【(（].{0,20}(?:工单|工單|ticket)",
)
# a program says of this very mail that it is one's answer
AUTO_BODY_SELF = (
    "this is an automatic", "this is an automated", "this is an auto", "this message has been automatically generated", "this message was automatically generated",
    "this message was sent automatically", "this email was automatically", "this e-mail was automatically", "this email is automatically", "automatically generated re",
    "i am not reading my mail", "dies ist eine automatisch", "diese nachricht wurde automatisch", "ceci est une réponse automatique", "ceci est un message automatique",
    "este es un mensaje automático", "esta es una respuesta automática", "questo è un messaggio automatico", "questa è una risposta automatica", "esta é uma resposta automática",
    "esta é uma mensagem automática", "dit is een automatisch", "to jest automatyczna", "это автоматический", "这是一封自动", "这是自动", "此为自动", "此邮件为自动", "此邮件由系统自动",
    "本邮件为自动", "本邮件由系统自动", "本邮件为系统自动", "此信为系统自动", "系统自动回复", "這是自動", "這是一封自動", "本郵件由系統自動", "本信為系統自動", "此信件為系統自動", "此信為系統自動",
    "このメールは自動", "自動返信メール", "본 메일은 자동", "이 메일은 자동",
)
# phrases about answers of programs, also used by people who write about them
AUTO_BODY_STRONG = AUTO_BODY_SELF + (
    "automatically generated message", "automatic reply", "automatic response", "automated reply",
    "automated response", "auto-reply", "auto reply", "autoreply", "auto-response", "autoresponse", "auto-generated",
    "please do not reply to this", "do not reply to this", "out of office auto",
    "automatische antwort", "automatisch generiert", "automatisch erzeugt", "automatische abwesenheit", "automatisch erstellt",
    "réponse automatique", "message automatique", "respuesta automática", "mensaje automático", "risposta automatica",
    "messaggio automatico", "resposta automática", "mensagem automática", "automatisch antwoord", "automatisch bericht",
    "odpowiedź automatyczna", "automatyczna odpowiedź", "wiadomość automatyczna", "автоматический ответ", "автоматическое",
    "自动回复", "自动答复", "自动应答", "系统自动", "自动发送", "自動回覆", "自動回復", "自動答覆", "系統自動", "自動發送", "自動返信", "自動応答",
    "自動送信", "자동 회신", "자동 응답", "자동으로 발송", "자동으로 발신", "自动生成", "自動產生",
)
# phrases of absence and receipt that a person might write too
AUTO_BODY_LOOSE = (
    "out of the office", "out of office", "away from the office", "away from my office", "away from my desk", "i am away",
    "i'm away", "i am currently away", "on annual leave", "on maternity leave", "on parental leave", "on sick leave", "on leave",
    "on vacation", "on holiday", "limited access to e", "limited access to my", "no longer with", "no longer work",
    "will respond when i return", "will reply when i return", "upon my return", "when i get back", "not be able to read",
    "not reading my mail", "will be back on", "in my absence", "we have received your", "has been received and",
    "thank you for your e-mail. ", "thank you for contacting", "will get back to you as soon as", "your ticket",
    "nicht im büro", "nicht im hause", "außer haus", "im urlaub", "bin ich nicht erreichbar", "bin derzeit nicht", "abwesend",
    "wieder erreichbar", "wird nicht weitergeleitet", "eingegangen", "en congé", "absent du bureau", "absente du bureau",
    "suis absent", "en vacances", "de retour le", "accusons réception", "fuera de la oficina", "de vacaciones", "estaré ausente",
    "fuori ufficio", "fuori sede", "in ferie", "assente", "ausente", "de férias", "fora do escritório", "afwezig", "niet aanwezig",
    "op vakantie", "nieobecn", "na urlopie", "poza biurem", "в отпуске", "отсутству", "不在办公室", "不在辦公室", "正在休假",
    "休假中", "在休假", "休假期间", "休假期間", "正在外出", "外出中", "在外出", "正在出差", "出差中", "在外地", "度假", "请假", "請假", "无法及时回复",
    "無法及時回覆", "无法及时回", "不能及时回复", "不能立即回复", "無法即時", "尽快回复", "尽快给您回复", "尽快与您联系", "儘快回覆", "盡快回覆", "儘速回覆",
    "盡速回覆", "儘快與您", "盡快與您", "已经收到", "已收到您", "收到您的", "我已收到", "已經收到", "不在にしております", "不在にして", "休暇",
    "外出しております", "受け付けました", "受領いたしました", "부재중", "휴가", "출장", "자리를 비",
)

# what a person asks for even when on holiday
REQUEST = (
    "could you", "can you", "would you", "please renew", "please keep", "please hold", "please send", "please tell", "please extend", "please let me know", "please reserve", "please cancel",
    "please help", "please give", "please look", "please order", "i would like to", "i'd like to", "i need", "i am looking for", "i'm looking for", "how do i", "how can i", "where can i",
    "könnten sie", "können sie", "pourriez-vous", "pouvez-vous", "podría", "puede usted", "potrebbe", "poderia", "kunt u", "请帮", "请问", "麻烦您", "麻烦你", "能否", "可否", "能不能", "可不可以",
    "帮我", "幫我", "請幫", "請問", "麻煩您", "我想", "我要", "我需要", "教えて", "いただけます", "でしょうか", "ますか", "주세요", "부탁드",
)

BOUNCE_SUBJECT = _starts(
    r"undeliver(?:able|ed)\b", r"non[- ]?deliver(?:able|y|ed)\b", r"undelivered mail", r"delivery (?:status )?notification",
    r"delivery[- ](?:has )?fail", r"mail delivery[- ](?:failed|failure|system|subsystem|status|problem|error|report|notification)",
    r"mail failure\b", r"failure notice\b", r"failed mail\b", r"failure delivery", r"delivery (?:problem|error|report|incomplete|delayed|status)",
    r"returned (?:e?-?mail|to sender|message)\b", r"return(?:ed|ing) (?:e?-?mail|message)", r"mail (?:system error|could not be|returned|undeliverable|status report|not delivered|delivery)",
    r"message (?:could not be|undeliverable|delivery has|delivery fail|not delivered|status - |you sent blocked|frozen)",
    r"\*\*message you sent blocked", r"(?:e-?mail|your message|your mail|your e-?mail|nachricht) (?:could not be|was not|cannot be|not) ?(?:be )?deliver",
    r"permanent delivery failure", r"sorry, your message could not", r"there was an error sending your mail", r"user unknown",
    r"notice: mail delivery status", r"message status\b", r"\[bounce\]", r"bounced? (?:mail|message|e-?mail)", r"ndn" + _COLON, r"ndr" + _COLON,
    r"nicht[ _]zustellbar", r"unzustellbar", r"zustell(?:ung fehl|fehler)", r"r(?:ü|ue)ckl(?:ä|ae)ufer", r"fehler bei der (?:nachrichten)?zustellung",
    r"non remis", r"non distribu", r"[eé]chec (?:de|d.)", r"message non (?:remis|distribu|d[eé]livr)", r"notification d.[eé]tat de remise",
    r"no se (?:puede|pudo|ha podido) entregar", r"no entregado", r"error de entrega", r"devoluci[oó]n de correo", r"correo (?:devuelto|no entregado)",
    r"notificaci[oó]n del estado (?:de la )?entrega", r"non recapitabile", r"mancato recapito", r"mancata consegna", r"notifica (?:sullo )?stato (?:del )?recapito",
    r"não é possível entregar", r"não entregue", r"notificação d[oe] (?:status|estado) d[ae] entrega", r"falha (?:na|de) entrega",
    r"onbestelbaar", r"niet bezorgd", r"niedostarczon", r"nie można dostarczyć", r"недоставлен", r"не удалось доставить", r"не доставлен",
    r"(?:系统|系統|邮件|郵件)?退[信件](?:通知|提醒|报告|報告)?\s{0,3}(?:[:：\-—(（\[]|$)", r"来自.{1,60}的退信", r"來自.{1,60}的退信", r"系统退信", r"系統退信",
    r"(?:邮件|郵件|信件|您的邮件|您的郵件|您的來信)?(?:投递|投遞|递送|遞送|传递|傳遞|发送|發送|寄送|传送|傳送|送达|送達)(?:失败|失敗|错误|錯誤|异常|異常|不成功|状态通知|狀態通知)",
    r"(?:邮件|郵件|信件)?(?:无法|無法|未能|未)(?:送达|送達|投递|投遞|传递|傳遞|递送|遞送|寄送|寄達|传送|傳送)", r"您的(?:邮件|郵件).{0,20}(?:被退回|退回|被拒)",
    r"传递状态通知", r"傳遞狀態通知", r"配信(?:不能|エラー|できませんでした|に失敗)", r"(?:メール|メッセージ)(?:を|が|は)?(?:送信|配信|配送|送達)(?:できません|エラー|不能|に失敗)",
    r"配信状態通知", r"エラーメール", r"mail(?:を|が)?送信できません", r"배달(?:되지|할 수|\s?실패|\s?불가)", r"전송 ?실패", r"메일 (?:전송|발송|배달) ?(?:실패|불가)",
    r"olevererbart|kunde inte levereras|kan ikke leveres|ikke leveret|ikke levert|toimitus epäonnistui|teslim edilemedi",
    r"considered unsolicited bulk email", r"rejected mail from", r"rejected message\b", r"not member article from", r"rejected posting to",
    r"delivery status\b", r"fail(?:ed|ure)? ?(?:delivery|notice|to deliver)?" + _COLON, r"blocked (?:mail|by our)", r"email delivery failure",
    r"your message to .{1,60}(?:was|has been|cannot|could not|has) (?:not|rejected|blocked|returned|bounced|be)", r"could not deliver", r"unable to deliver",
    r"can ?not (?:send|deliver)", r"cannot be delivered", r"problem delivering your mail", r"transient delivery failure",
    r"delivery delayed", r"failed? to deliver", r"(?:fml )?status report", r"error\(s\) in forwarding", r"can't (?:deliver|send)", r"mail error", r"unknown (?:recipient|user|address)",
    r"address(?:es)? (?:unknown|not found|error)", r"invalid (?:e-?mail )?address", r"\[postmaster\]", r"e-?mail (?:error|delivery|returned|rejected|undeliver)", r"mailbox (?:full|unavailable|is full)",
    r"message not deliver", r"not delivered", r"your (?:e-?)?mail (?:to .{1,60} )?(?:was|has|could|can ?not|bounced|is)", r"mailer[- ]?daemon", r"mail transport error", r"smtp (?:error|delivery)",
    r"message rejected", r"(?:nachricht|e-?mail) nicht zugestellt", r"unzustellbare", r"nicht zugestellt", r"mensaje no entregado", r"mail rejected", r"error sending (?:your )?(?:mail|message)",
)
DELAY_SUBJECT = _starts(
    r"warning" + _COLON + r" (?:could not send|message .{1,80} delayed|delayed|e?-?mail)", r"delayed mail", r"warning" + _COLON + r" message",
    r"delivery (?:status notification )?\(?(?:delay|delayed)\b", r"delivery status notification ?\((?:delay|verz|retard|retras|延迟|延遲|遅延)",
    r"delivery delayed" + _COLON, r"message delayed", r"verz(?:ö|oe)gert", r"retard[eé]", r"remise retard", r"mail delivery (?:is )?delayed",
    r"邮件延迟", r"郵件延遲", r"(?:传递|傳遞|递送|遞送|投递|投遞)(?:被)?(?:延迟|延遲)", r"配信(?:が)?遅延", r"\*\*(?:warning|note).{0,30}delay", r"still trying to deliver",
    r"delay(?:ed)? (?:in )?(?:mail )?deliver", r"transient .{0,30}delayed",
)
DELAY_BODY = (
    "this is a warning only", "delays in delivering your message", "has not yet been delivered", "could not be delivered for more than", "message still undelivered after",
    "this is a warning message only", "you do not need to resend your message", "has not been delivered yet", "still being retried",
    "not yet been delivered", "will be retried", "will continue to try", "delivery attempts will continue", "has been delayed",
    "no action is required on your part", "gmail will retry", "will keep trying", "your message has been delayed",
    "delivery to the following recipient has been delayed", "delivery to these recipients or groups is delayed",
    "it is taking longer than expected to deliver", "temporary failure, will retry", "warning: message still undelivered",
)
# at the start of what mail servers write; each is enough beside a subject that is not a reply or a forward
BOUNCE_BODY = (
    "here is your list of failed recipients", "undeliverable due to the following reason", "the following recipient(s) could not", "the following recipient(s) cannot",
    "not been delivered to:", "not delivered to the following", "failed addresses follow", "unable to deliver mail to", "could not be delivered because", "cannot be delivered because",
    "addressed to an unknown user", "the users you addressed", "no local user", "undeliverable mail sent to", "undelivered mail: from", "couldn't find any host named",
    "the following users were not found", "message delivery has failed", "has not been delivered to", "error delivering mail", "there was an error delivering your mail",
    "there was a problem delivering", "problem delivering your", "message for the following list of recipients", "this is the dragonfly mail agent", "mimecast:", "could not be sent. a transcript",
    "the message was undeliverable", "your mail could not be delivered", "your email could not be delivered", "your e-mail could not be delivered", "your e-mail message could not be",
    "e-mail was not delivered", "email was not delivered", "mail was not delivered", "is not a valid mailbox", "is not a valid user", "not listed in", "no valid recipients from",
    "will not be delivered", "delivery to one or more recipients failed", "failed to deliver your message", "failed to deliver message", "failed to be delivered", "permanently undeliverable",
    "your recent message to", "message has bounced", "unroutable address", "unrouteable address", "mailbox unavailable", "account has been disabled", "returned mail follows",
    "this is a delivery status notification", "this is a delivery notification", "message delivery notification", "message delivery failed", "delivery report for", "----- message header follows",
    "this is the mail system at host", "this is the postfix program", "hi. this is the qmail-send program", "this is the qmail-send program",
    "hi. this is the deliver program at", "this is the mail delivery agent at", "this message was created automatically by mail delivery software",
    "this message was created automatically by the smtp relay", "this message was created automatically by facebook",
    "this message was created automatically by mail delivery system", "message that you sent could not be delivered",
    "a message that you sent was rejected by the local scanning code", "a message that you sent contained one or more recipient",
    "the following addresses had permanent", "the following addresses had delivery", "the following addresses had transient", "had permanent fatal errors",
    "----- transcript of session follows", "------transcript of session", "unsent message follows", "unsent message below", "message that could not be delivered",
    "----- non-delivered information", "delivery to the following recipient failed", "delivery to the following recipients failed",
    "delivery to the following recipients was aborted", "your message did not reach some or all", "did not reach the following recipient",
    "delivery has failed to these recipients", "your message wasn't delivered", "your message was not delivered", "your message couldn't be delivered",
    "your message could not be delivered", "message could not be delivered", "message cannot be delivered", "your message cannot be delivered",
    "could not be delivered to", "couldn't be delivered to", "could not deliver", "couldn't deliver", "was not delivered to", "wasn't delivered to",
    "unable to deliver your message", "unable to deliver message", "unable to deliver this message", "unable to deliver the", "unable to deliver to",
    "was undeliverable", "undeliverable to", "undeliverable mail", "undelivered message", "is undeliverable", "diagnostic information for administrators",
    "an error occurred while trying to deliver", "an error has occurred while attempting to deliver", "please do not reply to this email.\n    an error",
    "this is the mailer-daemon, please do not reply", "delivery failed for the following reason", "delivery failed to", "delivery attempts failed",
    "permanent failure for one or more recipients", "failed permanently", "permanent error", "permanent fatal error", "delivery failure",
    "sorry, no mailbox here by that name", "i'm afraid i wasn't able to deliver", "i wasn't able to deliver", "we were unable to deliver",
    "was unable to deliver", "there's a problem with the e-mail address", "problem with the e-mail address", "returned to sender", "returning message to sender",
    "failed to deliver to", "failed recipient", "recipient address rejected", "the following recipients were affected", "following recipients could not",
    "each of the following recipients was rejected", "error sending mail to", "unknown user:", "user unknown", "no such user", "invalid recipient",
    "the number of attempts made:", "transcript of the attempts to send", "a message you sent", "mailbox is full", "mailbox size exceeded", "over quota",
    "exceeded storage allocation", "user mailbox exceeds", "this is an automatically generated delivery status notification",
    "automatically generated delivery status notification", "delivery status notification", "this report relates to a message you sent",
    "------- failure reasons", "your mail sent on:", "as their mailbox is full", "error: no valid recipients", "did not get delivered",
    "-server message", "did not reach", "does not exist at", "the email account that you tried to reach", "we're writing to let you know that the group",
    "hello, this is the mail server on", "delivery notification: ", "message was rejected", "has been rejected", "your email was rejected",
    "blocked by our bulk email filter", "your message was blocked", "was blocked because", "you are not a member of this mailing list",
    "ihre nachricht konnte nicht", "konnte nicht zugestellt werden", "konnte ihre nachricht nicht", "an folgende empfänger konnte", "nicht zustellbar",
    "folgenden empfängern oder gruppen ist fehlgeschlagen", "n'a pas pu être remis", "n'a pas pu être", "échec de la remise", "impossible de remettre",
    "n'a pas été remis", "no se pudo entregar", "no se ha podido entregar", "no se pudo realizar la entrega", "error al entregar", "no ha podido ser entregado",
    "impossibile recapitare", "non è stato recapitato", "non è stato possibile", "recapito non riuscito", "não foi possível entregar", "falha na entrega",
    "não pôde ser entregue", "kan niet worden bezorgd", "bezorging is mislukt", "nie powiodło się", "nie została dostarczona", "не удалось доставить", "не доставлено",
    "не было доставлено", "не может быть доставлено", "无法投递", "投递失败", "无法送达", "未能送达", "被退回", "退信原因", "退信", "发送失败", "传递失败", "不能被送达",
    "系统无法", "邮件未能", "收件人地址不存在", "收件人不存在", "無法投遞", "投遞失敗", "無法送達", "未能送達", "退信原因", "傳送失敗", "無法傳遞", "傳遞失敗", "退件",
    "送信できません", "送信できませんでした", "配信できません", "配信できませんでした", "配送できません", "届けることができません", "お届けできません", "宛先が見つかりません",
    "受信者が見つかりません", "メールを送ることができ", "배달하지 못", "배달되지", "배달할 수 없", "전송하지 못", "발송하지 못",
)
# only mail servers write so, even under a sender and a subject that look like a person's
BOUNCE_BODY_SURE = (
    "this is the mail system at host", "this is the postfix program", "this is the qmail-send program", "this is the deliver program at", "this is the mail delivery agent at",
    "this message was created automatically by mail delivery", "a message that you sent could not be delivered", "the following addresses had permanent", "the following addresses had delivery",
    "----- transcript of session follows", "delivery to the following recipient failed", "delivery to the following recipients failed", "your message did not reach some or all",
    "delivery has failed to these recipients", "did not reach the following recipient", "this is the mailer-daemon", "i'm afraid i wasn't able to deliver your message",
    "your mail sent on:", "error: no valid recipients", "------- failure reasons", "here is your list of failed recipients", "undeliverable due to the following reason",
    "-server message", "this is an automatically generated delivery status notification", "this is an automatically generated message from sendgrid", "hello, this is the mail server on",
    "there's a problem with the e-mail address(es) listed below", "each of the following recipients was rejected", "your message was not delivered to the following recipients",
    "the number of attempts made:", "message from the mail system", "this is the dragonfly mail agent", "could not be delivered to one or more", "rcpt to:<",
    "无法投递到以下", "退信原因", "您的邮件被退回", "無法傳遞給下列", "次のあて先へのメッセージは", "以下のあて先へのメール", "下記のあて先に",
)
ABUSE_BODY = (
    "this is an email abuse report", "this is a email abuse report", "this is an abuse report", "this is a spam report", "email abuse report for an email message",
    "this is an autogenerated spam complaint", "the following is an aol complaint",
)
ABUSE_SUBJECT = _starts(r"complaint about message from", r"abuse report", r"\[?abuse\]? ?(?:report|complaint)", r"fbl\b", r"spam (?:complaint|report)" + _COLON)
RECEIPT_SUBJECT = _starts(
    r"read" + _COLON, r"not read" + _COLON, r"read[- ]?receipt", r"return receipt", r"displayed" + _COLON, r"gelesen" + _COLON, r"ungelesen" + _COLON, r"lesebest[aä]tigung",
    r"lu" + _COLON, r"non lu" + _COLON, r"le[ií]do" + _COLON, r"letto" + _COLON, r"lida?" + _COLON, r"gelezen" + _COLON, r"przeczytano" + _COLON, r"прочтено" + _COLON,
    r"已读(?:回执)?" + _COLON, r"已讀(?:回條)?" + _COLON, r"读信回执", r"讀信回條", r"已读回执", r"讀取回條", r"阅读回执", r"開封(?:確認|済み|通知)", r"읽음" + _COLON, r"disposition notification",
    r"recall" + _COLON, r"message recall", r"recipient read", r"deleted" + _COLON + r" ", r"撤回" + _COLON,
)
MEETING_SUBJECT = _starts(
    r"(?:accepted|declined|tentative(?:ly accepted)?|cancel+ed(?: event)?|updated invitation|invitation|new time proposed|meeting forward notification)" + _COLON,
    r"(?:zugesagt|abgelehnt|abgesagt|mit vorbehalt|termin abgesagt|akzeptiert)" + _COLON, r"(?:accept[eé]|refus[eé]|annul[eé]|provisoire)" + _COLON,
    r"(?:aceptad[ao]|rechazad[ao]|cancelad[ao])" + _COLON, r"(?:已接受|已拒绝|已謝絕|已取消|暂定|暫定|接受|拒绝|谢绝)" + _COLON, r"(?:承諾|辞退|仮承諾)" + _COLON,
)
CHALLENGE_SUBJECT = _starts(
    r"(?:please )?(?:confirm|verify) (?:that )?(?:your )?(?:message|e-?mail|mail|you sent|to deliver)", r"boxbe", r"spam ?arrest", r"\[?tmda\]?", r"sender (?:verification|confirmation|authentication)",
    r"your (?:e-?mail|message) (?:requires|needs) (?:verification|confirmation)", r"verify your (?:e-?mail|message) to", r".{1,60}-confirm-[0-9a-f.]{6,}",
    r"unconfirmed message", r"message (?:awaiting|requires) (?:confirmation|approval)", r"your message to .{1,60} awaits moderator approval",
)
CHALLENGE_BODY = (
    "to complete this verification", "click the link below to verify your message", "in order to deliver your message", "requires verification", "just this once, click the link",
    "is protecting themselves from receiving junk mail", "to be delivered, you must", "please confirm that you sent", "just reply to this message to confirm", "this message was sent by tmda",
    "challenge-response", "your message is being held", "to release your message",
)
NO_REPLY = _starts(
    r"(?:.{0,40}[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|dont[._-]?reply|noreply\w{0,12}|no[._-]?response|no[._-]?answer|nicht[._-]?antworten|ne[._-]?pas[._-]?repondre"
    r"|bounces?|unattended|unmonitored)(?:[._+=-].{0,200})?$",
)
MACHINE_SENDER = _starts(
    r"(?:notifications?|notify|alerts?|alert-noreply|cron|crond|anacron|logwatch|nagios|zabbix|icinga|monitor(?:ing)?|daemon|auto(?:mailer|reply|responder)?"
    r"|calendar-notification|system-?(?:message|alert|notification)s?|mailman(?:-bounces|-loop)?|listserv|majordomo|do-not-reply)(?:[._+=-].{0,200})?$",
)
DAEMON_LOCAL = _starts(
    r"(?:mailer[-_.]?daemon|maildaemon|mail[-_.]daemon|m[-_.]?daemon|mdaemon|post[-_.]?master|mail[-_.]?deliver\w{0,10}|delivery[-_.]?(?:failure|subsystem|status|notification)s?"
    r"|microsoftexchange[0-9a-f]{32}|mailadmin|mail-?administrator|email-bounces?|bounce-?handler|mmdf|uucp|mailersystem|mail[-_]?system|post-office|emaildelivery|undeliverable"
    r")(?:[+=-].{0,200})?$",
)
DAEMON_NAME = _starts(
    r"[\"'<]?(?:mailer[- ]?daemon|mail ?deliver\w{0,4} (?:sub)?system|mail delivery|mail deliver system|mail (?:administrator|system)|system administrator|systemadministrator|post ?master|postoffice|courier mail server"
    r"|internet mail (?:delivery|service)|microsoft outlook$|microsoft exchange|e?mail delivery (?:sub)?system|delivery (?:subsystem|system)|mail router|mail transport|message delivery|interscan|mailsweeper|mail ?marshal"
    r"|administrateur syst|administrador del? sist|amministratore di sist|administrador do sist|系统管理员|系統管理員|邮件系统|郵件系統|邮件管理员|郵件管理員|退信|メール(?:配信|システム)|システム管理者|시스템 관리자)",
)
REPLY_PREFIX = re.compile(
    r"\s{0,5}(?:(?:re|aw|antw|sv|vs|odp|fwd?|wg|tr|rv|enc|i|doorst|rép|ref|r|回复|回覆|答复|答覆|转发|轉寄|轉發|轉|转|返信|転送|회신|전달|답장|re\[\d{1,3}\]|re\(\d{1,3}\))\s{0,3}[:：]\s{0,5})+",
    re.IGNORECASE)
SUBJECT_TAG = re.compile(r"\s{0,5}(?:\*{2,5}\s?\w{0,20}\s?\*{2,5}|[\[{(]\s?(?:spam|external|extern|外部|ext|suspected spam|bulk)[^\]})]{0,12}[\]})])\s{0,5}", re.IGNORECASE)
