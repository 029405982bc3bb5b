"""Configuration of the private postfix and dovecot: loopback only, and nothing ever leaves the machine."""

POSTFIX_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/postfix-data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.test
mydomain = mx.test
myorigin = mx.test
mydestination =
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
notify_classes =
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtp_host_lookup = native
smtpd_tls_security_level = none
smtp_tls_security_level = none
lmtp_tls_security_level = none

# Only the domains of the tests; whatever else is refused, and what still got in would end here.
virtual_mailbox_domains = {domains}
virtual_mailbox_maps =
virtual_transport = lmtp:unix:{folder}/run/lmtp
relay_domains =
default_transport = error:5.7.1 mail does not leave this machine
relay_transport = error:5.7.1 mail does not leave this machine
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = reject_unauth_destination

# Hostile mail must arrive as it was sent: no header is added, no line cut, no part looked at.
local_header_rewrite_clients =
always_add_missing_headers = no
message_drop_headers =
disable_mime_input_processing = yes
smtputf8_enable = no
recipient_delimiter =
message_size_limit = 209715200
mailbox_size_limit = 0
virtual_mailbox_limit = 0
header_size_limit = 20971520
line_length_limit = 1048576
lmtp_line_length_limit = 0
lmtp_destination_recipient_limit = 1
smtpd_recipient_limit = 20000
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 1000
in_flow_delay = 0
queue_run_delay = 10s
minimal_backoff_time = 5s
maximal_backoff_time = 15s
"""

POSTFIX_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
lmtp unix - - n - - lmtp flags=D
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
showq unix n - n - - showq
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
"""

DOVECOT = """\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
hostname = mx.test
postmaster_address = postmaster@mx.test
ssl = no
disable_plaintext_auth = no
auth_username_format = %Lu
recipient_delimiter = +
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 200
first_valid_uid = 1
# postfix writes Delivered-To: the address in the envelope, where this server knows only the box.
lmtp_hdr_delivery_address = none
submission_host = 127.0.0.1:{smtp_port}
# One file for each box: dovecot looks at most once in a second whether a file has changed.
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Lu {folder}/boxes/%Lu
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Ld {folder}/domains
}}
userdb {{
  driver = passwd-file
  args = username_format=%Lu {folder}/boxes/%Lu
}}
userdb {{
  driver = passwd-file
  args = username_format=%Ld {folder}/domains
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
# A wrong password must not slow down the tests that follow.
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
}}
protocol lmtp {{
  mail_plugins = sieve
}}
plugin {{
  sieve = file:~/sieve;active=~/active.sieve
  sieve_extensions = +vacation-seconds
  sieve_vacation_min_period = 0
}}
"""

VACATION = """\
require ["vacation", "vacation-seconds"];
vacation :seconds 0 :addresses ["{address}"] :subject "{subject}" text:
{text}
.
;
"""
