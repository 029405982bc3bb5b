"""What machines write in the subject and the sender, language by language. Only words, no decisions.

Everything is matched at the start, so that "Re: Automatic reply" and "How do I set an out of office reply?" stay what
a person wrote.
"""

import re


def _starts(patterns: str) -> re.Pattern:
    """One expression from a pattern a line; an indented line goes on, ``<:>`` is a colon of any width."""
    joined = patterns.strip().replace("\n    ", "").replace("\n", "|").replace("<:>", r"\s{0,3}[:：]")
    return re.compile(f"(?:{joined})", re.IGNORECASE)


# the form that a program gives a subject: a fixed phrase, mostly a colon, the subject it answers
AUTO_SUBJECT_FORMED = _starts(r"""
automatic[- ]?(?:reply|response|answer)<:>
auto[- ]?(?:reply|response|responder|answer|replied)<:>
auto<:>
automated (?:reply|response)<:>
\[?auto[- ]?reply\]?<:>?
ooo<:>
out of (?:the )?office(?: reply| autoreply| message)?<:>
vacation(?: reply| response)?<:>
away from (?:my|the) (?:mail|office|desk)<:>?
autosvar<:>
automatisk svar<:>
automatisch(?:e|es)? ?(?:antwort|antwoord|reply)<:>
automatische abwesenheits\w{1,20}<:>
abwesenheits(?:notiz|nachricht|meldung|benachrichtigung)<:>?
abwesend<:>
r[eé]ponse automatique<:>
message d.absence<:>?
absence du bureau<:>?
absen(?:t|ce)(?:\(e\))? du bureau<:>?
notification d.absence<:>?
respuesta autom[aá]tica<:>?
fuera de (?:la )?oficina<:>?
contestaci[oó]n autom[aá]tica
risposta automatica<:>?
fuori (?:sede|ufficio)<:>?
resposta autom[aá]tica<:>?
fora do escrit[oó]rio<:>?
aus[eê]ncia tempor[aá]ria
afwezig(?:heid)?(?:sbericht|smelding)?<:>
niet op kantoor<:>?
autoodpowied[zź]
odpowied[zź] automatyczna<:>?
automatyczna odpowied[zź]
nieobecno[sś][cć] w (?:biurze|pracy)
автоматический ответ<:>?
автоответ
отсутстви[ея] на рабочем месте
нет на рабочем месте
[\[【(（]?自动(?:回复|答复|回覆|应答|回應|回信)[\]】)）]?
[\[【(（]?自動(?:回覆|回復|答覆|回應|回信|應答)[\]】)）]?
[\[【(（]?(?:外出|休假|度假|出差|假期|不在办公室|不在辦公室|离开办公室|離開辦公室)(?:中|期间|期間)?(?:自动|自動)?(?:回复|回覆|通知|提醒|答复|訊息
    |消息)?[\]】)）]?\s{0,3}(?:[:：]|$)
[\[【(（]?自動(?:返信|応答|送信)
不在(?:通知|連絡|案内|のお知らせ)
[\[(]?자동\s?(?:회신|응답|답장)
[\[(]?부재\s?중
otomatik yan[iı]t
automaattinen vastaus
automatick[aá] odpov[eě][dď]
automatikus v[aá]lasz
poissa
frånvaro
fraværs(?:svar|melding|besked)
jawapan automatik
balasan otomatis
trả lời tự động
""")

# absence, in words that people use as well: they count together with a second sign
AUTO_SUBJECT_ABSENCE = _starts(r"""
out of (?:the )?office
ooo\b
on (?:annual |maternity |parental |sick |study )?leave\b
on (?:vacation|holiday)
(?:i am|i'm|we are|currently) (?:away|on leave|out of)
.{1,60} is (?:currently )?(?:out of|away from) the office
.{1,60} is on (?:vacation|leave|holiday)
away\b
vacation\b
holiday\b
absen(?:t|ce)\b
abwesend\b
ich bin (?:nicht|derzeit|zur zeit|bis)
.{1,40} ist (?:nicht im|au(?:ß|ss)er|abwesend)
im urlaub
en cong[eé]s?
vacances
de vacaciones
ausente
in ferie
assente
de f[eé]rias
met vakantie
urlop
в отпуске
休假
外出
出差
放假
度假
不在
請假
请假
暂时离开
暫時離開
休暇
외근
휴가
""")

# receipt of a mail, in words that people use as well
AUTO_SUBJECT_RECEIPT = _starts(r"""
thank you for (?:your|contacting|writing)
thanks for (?:contacting|your (?:e-?mail|message))
we(?:'ve| have) received your
your (?:request|message|e-?mail|enquiry|inquiry|ticket) (?:has been|was) received
(?:request|ticket|case) received
来信已收到
來信已收到
\[?(?:ticket|case|request)[ #:-]{0,3}[\w-]{1,20}\]?.{0,40}(?:received|created|opened|acknowledge)
acknowledge?ment
confirmation of receipt
receipt confirmation
eingangsbest[aä]tigung
accus[eé] de r[eé]ception
acuse de recibo
已收到
收到您的
您的(?:邮件|来信|郵件|來信|请求|請求|工单)
邮件已收到
郵件已收到
感谢您的来信
感謝您的來信
[\[【(（].{0,20}(?:工单|工單|ticket)
""")

# what mail servers call a mail that they give back
BOUNCE_SUBJECT = _starts(r"""
undeliver(?:able|ed)\b
non[- ]?deliver(?:able|y|ed)\b
undelivered mail
delivery (?:status )?notification
delivery[- ](?:has )?fail
mail delivery[- ](?:failed|failure|system|subsystem|status|problem|error|report|notification)
mail failure\b
failure notice\b
failed mail\b
failure delivery
delivery (?:problem|error|report|incomplete|delayed|status)
returned (?:e?-?mail|to sender|message)\b
return(?:ed|ing) (?:e?-?mail|message)
mail (?:system error|could not be|returned|undeliverable|status report|not delivered|delivery)
message (?:could not be|undeliverable|delivery has|delivery fail|not delivered|status - |you sent blocked
    |frozen)
\*\*message you sent blocked
(?:e-?mail|your message|your mail|your e-?mail|nachricht) (?:could not be|was not|cannot be
    |not) ?(?:be )?deliver
permanent delivery failure
sorry, your message could not
there was an error sending your mail
user unknown
notice: mail delivery status
message status\b
\[bounce\]
bounced? (?:mail|message|e-?mail)
ndn<:>
ndr<:>
nicht[ _]zustellbar
unzustellbar
zustell(?:ung fehl|fehler)
r(?:ü|ue)ckl(?:ä|ae)ufer
fehler bei der (?:nachrichten)?zustellung
non remis
non distribu
[eé]chec (?:de|d.)
message non (?:remis|distribu|d[eé]livr)
notification d.[eé]tat de remise
no se (?:puede|pudo|ha podido) entregar
no entregado
error de entrega
devoluci[oó]n de correo
correo (?:devuelto|no entregado)
notificaci[oó]n del estado (?:de la )?entrega
non recapitabile
mancato recapito
mancata consegna
notifica (?:sullo )?stato (?:del )?recapito
não é possível entregar
não entregue
notificação d[oe] (?:status|estado) d[ae] entrega
falha (?:na|de) entrega
onbestelbaar
niet bezorgd
niedostarczon
nie można dostarczyć
недоставлен
не удалось доставить
не доставлен
(?:系统|系統|邮件|郵件)?退[信件](?:通知|提醒|报告|報告)?\s{0,3}(?:[:：\-—(（\[]|$)
来自.{1,60}的退信
來自.{1,60}的退信
系统退信
系統退信
(?:邮件|郵件|信件|您的邮件|您的郵件|您的來信)?(?:投递|投遞|递送|遞送|传递|傳遞|发送|發送|寄送|传送|傳送|送达|送達)(?:失败|失敗|错误|錯誤|异常|異常|不成功|状态通知|狀態通知)
(?:邮件|郵件|信件)?(?:无法|無法|未能|未)(?:送达|送達|投递|投遞|传递|傳遞|递送|遞送|寄送|寄達|传送|傳送)
您的(?:邮件|郵件).{0,20}(?:被退回|退回|被拒)
传递状态通知
傳遞狀態通知
配信(?:不能|エラー|できませんでした|に失敗)
(?:メール|メッセージ)(?:を|が|は)?(?:送信|配信|配送|送達)(?:できません|エラー|不能|に失敗)
配信状態通知
エラーメール
mail(?:を|が)?送信できません
배달(?:되지|할 수|\s?실패|\s?불가)
전송 ?실패
메일 (?:전송|발송|배달) ?(?:실패|불가)
olevererbart|kunde inte levereras|kan ikke leveres|ikke leveret|ikke levert|toimitus epäonnistui
    |teslim edilemedi
considered unsolicited bulk email
rejected mail from
rejected message\b
not member article from
rejected posting to
delivery status\b
fail(?:ed|ure)? ?(?:delivery|notice|to deliver)?<:>
blocked (?:mail|by our)
email delivery failure
your message to .{1,60}(?:was|has been|cannot|could not|has) (?:not|considered|rejected|blocked|returned|bounced|be)
could not deliver
unable to deliver
can ?not (?:send|deliver)
cannot be delivered
problem delivering your mail
transient delivery failure
delivery delayed
failed? to deliver
(?:fml )?status report
error\(s\) in forwarding
can't (?:deliver|send)
mail error
unknown (?:recipient|user|address)
address(?:es)? (?:unknown|not found|error)
invalid (?:e-?mail )?address
\[postmaster\]
e-?mail (?:error|delivery|returned|rejected|undeliver)
mailbox (?:full|unavailable|is full)
message not deliver
not delivered
your (?:e-?)?mail (?:to .{1,60} )?(?:was|has|could|can ?not|bounced|is)
mailer[- ]?daemon
mail transport error
smtp (?:error|delivery)
message rejected
banned (?:filename|file|contents?)
virus (?:\(.{0,40}\) )?in mail (?:from|to) you
(?:nachricht|e-?mail) nicht zugestellt
unzustellbare
nicht zugestellt
mensaje no entregado
mail rejected
error sending (?:your )?(?:mail|message)
""")

# of these, what hardly a person writes at the start of a subject
BOUNCE_SUBJECT_SURE = _starts(r"""
undeliver(?:able|ed) (?:mail|message)
undeliverable<:>
non[- ]?deliver(?:y|able)(?: report| notification)?<:>
(?:mail )?delivery status notification
delivery[- ]fail
mail delivery[- ](?:failed|failure|system|subsystem)
mail system error
mail failure
failure notice
returned mail<:>
message undeliverable
\*\*message you sent
unzustellbar(?:e|<:>)
nicht[ _]zustellbar
non remis<:>
no se puede entregar<:>
недоставлен
系统退信
系統退信
来自.{1,60}的退信
(?:邮件|郵件)(?:投递|投遞|递送|遞送)(?:失败|失敗)
(?:邮件|郵件|信件)(?:无法|無法|未能)(?:送达|送達|投递|投遞|传递|傳遞|递送|遞送)
(?:未|无法|無法)(?:送达|送達|传递|傳遞)(?:的主旨|的邮件|的郵件)?<:>
配信(?:不能|エラー)
(?:メール|メッセージ)(?:を|が|は)?(?:送信|配信|配送)(?:できません|エラー|不能)
rejected mail from
not member article from
banned (?:filename|file|contents?)
virus (?:\(.{0,40}\) )?in mail (?:from|to) you
your message to .{1,60} was considered
considered unsolicited bulk
""")

# not given up yet
DELAY_SUBJECT = _starts(r"""
warning<:> (?:could not send|message .{1,80} delayed|delayed|e?-?mail)
delayed mail
warning<:> message
delivery (?:status notification )?\(?(?:delay|delayed)\b
delivery status notification ?\((?:delay|verz|retard|retras|延迟|延遲|遅延)
delivery delayed<:>
message delayed
verz(?:ö|oe)gert
retard[eé]
remise retard
mail delivery (?:is )?delayed
邮件延迟
郵件延遲
(?:传递|傳遞|递送|遞送|投递|投遞)(?:被)?(?:延迟|延遲)
配信(?:が)?遅延
\*\*(?:warning|note).{0,30}delay
still trying to deliver
delay(?:ed)? (?:in )?(?:mail )?deliver
transient .{0,30}delayed
""")

# complaints that a provider passes on
ABUSE_SUBJECT = _starts(r"""
complaint about message from
abuse report
\[?abuse\]? ?(?:report|complaint)
fbl\b
spam (?:complaint|report)<:>
""")

# receipts and recalls
RECEIPT_SUBJECT = _starts(r"""
read<:>
not read<:>
read[- ]?receipt
return receipt
displayed<:>
gelesen<:>
ungelesen<:>
lesebest[aä]tigung
lu<:>
non lu<:>
le[ií]do<:>
letto<:>
lida?<:>
gelezen<:>
przeczytano<:>
прочтено<:>
已读(?:回执)?<:>
已讀(?:回條)?<:>
读信回执
讀信回條
已读回执
讀取回條
阅读回执
開封(?:確認|済み|通知)
읽음<:>
disposition notification
recall<:>
message recall
recipient read
deleted<:>
撤回<:>
""")

# what calendars write
MEETING_SUBJECT = _starts(r"""
(?:accepted|declined|tentative(?:ly accepted)?|cancel+ed(?: event)?|updated invitation|invitation
    |new time proposed|meeting forward notification)<:>
(?:zugesagt|abgelehnt|abgesagt|mit vorbehalt|termin abgesagt|akzeptiert)<:>
(?:accept[eé]|refus[eé]|annul[eé]|provisoire)<:>
(?:aceptad[ao]|rechazad[ao]|cancelad[ao])<:>
(?:已接受|已拒绝|已謝絕|已取消|暂定|暫定|接受|拒绝|谢绝)<:>
(?:承諾|辞退|仮承諾)<:>
""")

# asks the sender to prove to be a person
CHALLENGE_SUBJECT = _starts(r"""
(?:please )?(?:confirm|verify) (?:that )?(?:your )?(?:message|e-?mail|mail|you sent|to deliver)
boxbe
spam ?arrest
\[?tmda\]?
sender (?:verification|confirmation|authentication)
your (?:e-?mail|message) (?:requires|needs) (?:verification|confirmation)
verify your (?:e-?mail|message) to
.{1,60}-confirm-[0-9a-f.]{6,}
unconfirmed message
message (?:awaiting|requires) (?:confirmation|approval)
your message to .{1,60} awaits moderator approval
""")

# local parts of addresses that nobody reads
NO_REPLY = _starts(r"""
(?:.{0,40}[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|dont[._-]?reply|noreply\w{0,12}|no[._-]?response
    |no[._-]?answer|nicht[._-]?antworten|ne[._-]?pas[._-]?repondre|bounces?|unattended
    |unmonitored)(?:[._+=-].{0,200})?$
""")

# local parts of addresses that programs write from
MACHINE_SENDER = _starts(r"""
(?:notifications?|notify|alerts?|alert-noreply|cron|crond|anacron|logwatch|nagios|zabbix|icinga|monitor(?:ing)?
    |daemon|auto(?:mailer|reply|responder)?|calendar-notification|system-?(?:message|alert|notification)s?
    |mailman(?:-bounces|-loop)?|listserv|majordomo|do-not-reply)(?:[._+=-].{0,200})?$
""")

# local parts of mail servers
DAEMON_LOCAL = _starts(r"""
(?:mailer[-_.]?daemon|maildaemon|mail[-_.]daemon|m[-_.]?daemon|mdaemon|post[-_.]?master
    |mail[-_.]?deliver\w{0,10}|delivery[-_.]?(?:failure|subsystem|status|notification)s?
    |microsoftexchange[0-9a-f]{32}|mailadmin|mail-?administrator|email-bounces?|bounce-?handler|mmdf|uucp
    |mailersystem|mail[-_]?system|post-office|emaildelivery|undeliverable)(?:[+=-].{0,200})?$
""")

# names under which mail servers write
DAEMON_NAME = _starts(r"""
[\"'<]?(?:mailer[- ]?daemon|mail ?deliver\w{0,4} (?:sub)?system|mail delivery|mail deliver system
    |mail (?:administrator|system)|system administrator|systemadministrator|post ?master|postoffice
    |courier mail server|internet mail (?:delivery|service)|microsoft outlook$|microsoft exchange
    |e?mail delivery (?:sub)?system|delivery (?:subsystem|system)|mail router|mail transport|message delivery
    |interscan|mailsweeper|mail ?marshal|administrateur syst|administrador del? sist|amministratore di sist
    |administrador do sist|系统管理员|系統管理員|邮件系统|郵件系統|邮件管理员
    |郵件管理員|退信|メール(?:配信|システム)|システム管理者|시스템 관리자)
""")

# "Re:" and "Fwd:" in the mail programs' languages
REPLY_PREFIX = re.compile(
    r"\s{0,5}(?:(?:re|aw|antw|sv|vs|odp|fwd?|wg|tr|rv|enc|i|doorst|rép|ref|r|回复|回覆|答复|答覆|转发|轉寄|轉發|轉|转|返信|転送"
    r"|회신|전달|답장|re\[\d{1,3}\]|re\(\d{1,3}\))\s{0,3}[:：]\s{0,5})+",
    re.IGNORECASE,
)
# what filters put in front of a subject
SUBJECT_TAG = re.compile(
    r"\s{0,5}(?:\*{2,5}\s?\w{0,20}\s?\*{2,5}"
    r"|[\[{(]\s?(?:spam|external|extern|外部|ext|suspected spam|bulk)[^\]})]{0,12}[\]})])\s{0,5}",
    re.IGNORECASE,
)
