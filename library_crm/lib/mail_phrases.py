"""What machines write in the text of a mail, language by language. Only words, no decisions.

The phrases are plain parts of lower-case text with single blanks.
"""


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase for line in text.strip().split("\n") for phrase in line.split(" | "))


# a program says of this very mail that it is one's answer
AUTO_BODY_SELF = _phrases("""
this is an automatic | this is an automated | this is an auto | this message has been automatically generated
this message was automatically generated | this message was sent automatically | this email was automatically
this e-mail was automatically | this email is automatically | automatically generated re | i am not reading my mail
dies ist eine automatisch | diese nachricht wurde automatisch | ceci est une réponse automatique
ceci est un message automatique | este es un mensaje automático | esta es una respuesta automática
questo è un messaggio automatico | questa è una risposta automatica | esta é uma resposta automática
esta é uma mensagem automática | dit is een automatisch | to jest automatyczna | это автоматический | 这是一封自动
这是自动 | 此为自动 | 此邮件为自动 | 此邮件由系统自动 | 本邮件为自动 | 本邮件由系统自动 | 本邮件为系统自动
此信为系统自动 | 系统自动回复 | 這是自動 | 這是一封自動 | 本郵件由系統自動 | 本信為系統自動 | 此信件為系統自動
此信為系統自動 | このメールは自動 | 自動返信メール | 본 메일은 자동 | 이 메일은 자동
""")

# phrases about answers of programs, also used by people who write about them
AUTO_BODY_STRONG = AUTO_BODY_SELF + _phrases("""
automatically generated message | automatic reply | automatic response | automated reply | automated response
auto-reply | auto reply | autoreply | auto-response | autoresponse | auto-generated | please do not reply to this
do not reply to this | out of office auto | automatische antwort | automatisch generiert | automatisch erzeugt
automatische abwesenheit | automatisch erstellt | réponse automatique | message automatique | respuesta automática
mensaje automático | risposta automatica | messaggio automatico | resposta automática | mensagem automática
automatisch antwoord | automatisch bericht | odpowiedź automatyczna | automatyczna odpowiedź
wiadomość automatyczna | автоматический ответ | автоматическое | 自动回复 | 自动答复 | 自动应答 | 系统自动
自动发送 | 自動回覆 | 自動回復 | 自動答覆 | 系統自動 | 自動發送 | 自動返信 | 自動応答 | 自動送信 | 자동 회신
자동 응답 | 자동으로 발송 | 자동으로 발신 | 自动生成 | 自動產生
""")

# phrases of absence that a person might write too
AUTO_BODY_ABSENCE = _phrases("""
out of the office | out of office | away from the office | away from my office | away from my desk | i am away
i'm away | i am currently away | on annual leave | on maternity leave | on parental leave | on sick leave | on leave
on vacation | on holiday | limited access to e | limited access to my | no longer with | no longer work
will respond when i return | will reply when i return | upon my return | when i get back | not be able to read
not reading my mail | will be back on | in my absence | nicht im büro | nicht im hause | außer haus | im urlaub
bin ich nicht erreichbar | bin derzeit nicht | abwesend | wieder erreichbar | wird nicht weitergeleitet | en congé
absent du bureau | absente du bureau | suis absent | en vacances | de retour le | fuera de la oficina | de vacaciones
estaré ausente | fuori ufficio | fuori sede | in ferie | assente | ausente | de férias | fora do escritório | afwezig
niet aanwezig | op vakantie | nieobecn | na urlopie | poza biurem | в отпуске | отсутству | 不在办公室 | 不在辦公室
正在休假 | 休假中 | 在休假 | 休假期间 | 休假期間 | 正在外出 | 外出中 | 在外出 | 正在出差 | 出差中 | 在外地 | 度假
请假 | 請假
无法及时回复 | 無法及時回覆 | 无法及时回 | 不能及时回复 | 不能立即回复 | 無法即時 | 不在にしております | 不在にして
休暇
外出しております | 부재중 | 휴가 | 출장 | 자리를 비
""")

# a mail has arrived
AUTO_BODY_RECEIPT = _phrases("""
we have received your | we received your | has been received | thank you for your e-mail | thank you for your email
thank you for your message | thank you for contacting | thanks for contacting | your ticket | your request (
eingegangen | accusons réception | hemos recibido | abbiamo ricevuto | recebemos | 已经收到 | 已收到您 | 收到您的
我已收到 | 已經收到 | 來信已收到 | 来信已收到 | 邮件已收到 | 郵件已收到 | 受け付けました | 受領いたしました
접수되었습니다
""")

# an answer will follow
AUTO_BODY_PROMISE = _phrases("""
get back to you | will reply as soon | will respond as soon | will be in touch | will be processed | respond within
reply within | answer as soon as | just confirming that we got | has been created | werden uns | so bald wie möglich
schnellstmöglich | dans les plus brefs délais | lo antes posible | quanto prima | assim que possível | 尽快回复
尽快给您 | 尽快与您 | 尽快处理 | 尽快答复 | 稍后回复 | 稍后给您 | 及时回复 | 儘快回覆 | 盡快回覆 | 儘速回覆
盡速回覆 | 儘快與您
盡快與您 | 儘快處理 | 盡快處理 | 折り返し | 追って | 担当者より | 빠른 시일
""")
# any of the three
AUTO_BODY_LOOSE = AUTO_BODY_ABSENCE + AUTO_BODY_RECEIPT + AUTO_BODY_PROMISE

# what a person asks for even when on holiday
REQUEST = _phrases("""
could you | can you | would you | please renew | please keep | please hold | please send | please tell
please extend | please let me know | please reserve | please cancel | please help | please give | please look
please order | i would like to | i'd like to | i need | i am looking for | i'm looking for | how do i | how can i
where can i | könnten sie | können sie | pourriez-vous | pouvez-vous | podría | puede usted | potrebbe | poderia
kunt u | 请帮 | 请问 | 麻烦您 | 麻烦你 | 能否 | 可否 | 能不能 | 可不可以 | 帮我 | 幫我 | 請幫 | 請問 | 麻煩您 | 我想
我要 | 我需要 | 教えて | いただけます | でしょうか | ますか | 주세요 | 부탁드
""")

# the server goes on trying
DELAY_BODY = _phrases("""
this is a warning only | delays in delivering your message | has not yet been delivered
could not be delivered for more than | message still undelivered after | this is a warning message only
you do not need to resend your message | has not been delivered yet | still being retried | not yet been delivered
will be retried | will continue to try | delivery attempts will continue | has been delayed
no action is required on your part | gmail will retry | will keep trying | your message has been delayed
delivery to the following recipient has been delayed | delivery to these recipients or groups is delayed
it is taking longer than expected to deliver | temporary failure, will retry | warning: message still undelivered
""")

# what mail servers write about a mail that did not arrive; counts beside another sign
BOUNCE_BODY = _phrases("""
here is your list of failed recipients | cannot be delivered to | can't be delivered
undeliverable due to the following reason
the following recipient(s) could not | the following recipient(s) cannot | not been delivered to:
not delivered to the following | failed addresses follow | unable to deliver mail to
could not be delivered because | cannot be delivered because | addressed to an unknown user
the users you addressed | no local user | undeliverable mail sent to | undelivered mail: from
couldn't find any host named | the following users were not found | message delivery has failed
has not been delivered to | error delivering mail | there was an error delivering your mail
there was a problem delivering | problem delivering your | message for the following list of recipients
this is the dragonfly mail agent | mimecast: | could not be sent. a transcript | the message was undeliverable
your mail could not be delivered | your email could not be delivered | your e-mail could not be delivered
your e-mail message could not be | e-mail was not delivered | email was not delivered | mail was not delivered
is not a valid mailbox | is not a valid user | not listed in | no valid recipients from | will not be delivered
delivery to one or more recipients failed | failed to deliver your message | failed to deliver message
failed to be delivered | permanently undeliverable | your recent message to | message has bounced
unroutable address | unrouteable address | mailbox unavailable | account has been disabled | returned mail follows
this is a delivery status notification | this is a delivery notification | message delivery notification
message delivery failed | delivery report for | ----- message header follows | this is the mail system at host
this is the postfix program | hi. this is the qmail-send program | this is the qmail-send program
hi. this is the deliver program at | this is the mail delivery agent at
this message was created automatically by mail delivery software
this message was created automatically by the smtp relay | this message was created automatically by facebook
this message was created automatically by mail delivery system | message that you sent could not be delivered
a message that you sent was rejected by the local scanning code
a message that you sent contained one or more recipient | the following addresses had permanent
the following addresses had delivery | the following addresses had transient | had permanent fatal errors
----- transcript of session follows | ------transcript of session | unsent message follows | unsent message below
message that could not be delivered | ----- non-delivered information | delivery to the following recipient failed
delivery to the following recipients failed | delivery to the following recipients was aborted
your message did not reach some or all | did not reach the following recipient
delivery has failed to these recipients | your message wasn't delivered | your message was not delivered
your message couldn't be delivered | your message could not be delivered | message could not be delivered
message cannot be delivered | your message cannot be delivered | could not be delivered to
couldn't be delivered to | could not deliver | couldn't deliver | was not delivered to | wasn't delivered to
unable to deliver your message | unable to deliver message | unable to deliver this message | unable to deliver the
unable to deliver to | was undeliverable | undeliverable to | undeliverable mail | undelivered message
is undeliverable | diagnostic information for administrators | an error occurred while trying to deliver
an error has occurred while attempting to deliver | please do not reply to this email.
    an error
this is the mailer-daemon, please do not reply | delivery failed for the following reason | delivery failed to
delivery attempts failed | permanent failure for one or more recipients | failed permanently | permanent error
permanent fatal error | delivery failure | sorry, no mailbox here by that name | i'm afraid i wasn't able to deliver
i wasn't able to deliver | we were unable to deliver | was unable to deliver
there's a problem with the e-mail address | problem with the e-mail address | returned to sender
returning message to sender | failed to deliver to | failed recipient | recipient address rejected
the following recipients were affected | following recipients could not
each of the following recipients was rejected | error sending mail to | unknown user: | user unknown | no such user
invalid recipient | the number of attempts made: | transcript of the attempts to send | a message you sent
mailbox is full | mailbox size exceeded | over quota | exceeded storage allocation | user mailbox exceeds
this is an automatically generated delivery status notification
automatically generated delivery status notification | delivery status notification
this report relates to a message you sent | ------- failure reasons | your mail sent on: | as their mailbox is full
error: no valid recipients | did not get delivered | -server message | did not reach | does not exist at
the email account that you tried to reach | we're writing to let you know that the group
hello, this is the mail server on | delivery notification: | message was rejected | has been rejected
your email was rejected | blocked by our bulk email filter | your message was blocked | was blocked because
was blocked by our | blocked by our content
you are not a member of this mailing list | ihre nachricht konnte nicht | konnte nicht zugestellt werden
konnte ihre nachricht nicht | an folgende empfänger konnte | nicht zustellbar
folgenden empfängern oder gruppen ist fehlgeschlagen | n'a pas pu être remis | n'a pas pu être | échec de la remise
impossible de remettre | n'a pas été remis | no se pudo entregar | no se ha podido entregar
no se pudo realizar la entrega | error al entregar | no ha podido ser entregado | impossibile recapitare
non è stato recapitato | non è stato possibile | recapito non riuscito | não foi possível entregar
falha na entrega | não pôde ser entregue | kan niet worden bezorgd | bezorging is mislukt | nie powiodło się
nie została dostarczona | не удалось доставить | не доставлено | не было доставлено | не может быть доставлено
无法投递 | 投递失败 | 无法送达 | 未能送达 | 被退回 | 退信原因 | 退信 | 发送失败 | 传递失败 | 不能被送达 | 系统无法
邮件未能 | 收件人地址不存在 | 收件人不存在 | 無法投遞 | 投遞失敗 | 無法送達 | 未能送達 | 傳送失敗 | 無法傳遞
傳遞失敗 | 退件 | 送信できません | 送信できませんでした | 配信できません | 配信できませんでした | 配送できません
届けることができません | お届けできません | 宛先が見つかりません | 受信者が見つかりません | メールを送ることができ
배달하지 못 | 배달되지 | 배달할 수 없 | 전송하지 못 | 발송하지 못
""")

# only mail servers write so, even under a sender and a subject that look like a person's
BOUNCE_BODY_SURE = _phrases("""
this is the mail system at host | this is the postfix program | this is the qmail-send program
this is the deliver program at | this is the mail delivery agent at
this message was created automatically by mail delivery | a message that you sent could not be delivered
the following addresses had permanent | the following addresses had delivery | ----- transcript of session follows
delivery to the following recipient failed | delivery to the following recipients failed
your message did not reach some or all | delivery has failed to these recipients
did not reach the following recipient | this is the mailer-daemon | i'm afraid i wasn't able to deliver your message
your message could not be delivered to | was rejected by the local scanning code
your mail sent on: | error: no valid recipients | ------- failure reasons | here is your list of failed recipients
undeliverable due to the following reason | -server message
this is an automatically generated delivery status notification
this is an automatically generated message from sendgrid | hello, this is the mail server on
there's a problem with the e-mail address(es) listed below | each of the following recipients was rejected
your message was not delivered to the following recipients | the number of attempts made:
message from the mail system | this is the dragonfly mail agent | could not be delivered to one or more | rcpt to:<
无法投递到以下 | 退信原因 | 您的邮件被退回 | 無法傳遞給下列 | 次のあて先へのメッセージは | 以下のあて先へのメール
下記のあて先に
""")

# a server says no on behalf of its user
REJECTED_BODY = _phrases("""
was automatically rejected | automatically rejected mail | was rejected by | message was rejected
your mail was rejected
""")

# complaints that a provider passes on
ABUSE_BODY = _phrases("""
this is an email abuse report | this is a email abuse report | this is an abuse report | this is a spam report
email abuse report for an email message | this is an autogenerated spam complaint
the following is an aol complaint
""")

# asks the sender to prove to be a person
CHALLENGE_BODY = _phrases("""
to complete this verification | click the link below to verify your message | in order to deliver your message
requires verification | just this once, click the link | is protecting themselves from receiving junk mail
to be delivered, you must | please confirm that you sent | just reply to this message to confirm
this message was sent by tmda | challenge-response | your message is being held | to release your message
""")

# reasons of a bounce that stay
PERMANENT = _phrases("""
user unknown | unknown user | no such user | does not exist | doesn't exist | not exist | no mailbox here
invalid recipient | permanent | mailbox unavailable | no such | address rejected | host unknown | domain not found
not found | unrouteable | unknown address | disabled | recipient unknown | unknown recipient | not recognized
not listed | no valid recipient | size limit | too large | blocked | spam | denied | wasn't found
couldn't be found | account is not | inactive | rejected | 不存在 | 无此用户 | 無此用戶 | 查無此
宛先が見つかりません
""")

# reasons of a bounce that pass
TRANSIENT = _phrases("""
mailbox is full | mailbox full | exceeded the local limit | exceeds allowed size | is full | storage limit
over quota | quota exceeded | exceeded storage | mailbox size | temporar | try again | timed out | time out
timeout | connection refused | greylist | too many | retry | expired | deferred | delayed | 邮箱已满 | 信箱已满
容量已满 | 空间不足 | 暂时 | 信箱已滿 | 容量不足 | 暫時
""")
