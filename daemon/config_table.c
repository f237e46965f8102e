/* SPDX-License-Identifier: MIT */
/* Every option of dozed.conf. A new one is a row here and a field in config.h. */
#include "config_table.h"

#include <string.h>

#define C(field)                                                                         \
	.at = offsetof(struct config, field), .size = sizeof(((struct config *)0)->field)
#define P(field)                                                                         \
	.at = offsetof(struct person, field), .size = sizeof(((struct person *)0)->field)

#define U(field)                                                                         \
	.at = offsetof(struct push_config, field),                                       \
	.size = sizeof(((struct push_config *)0)->field)

static const int log_levels[] = {
	LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG};

const char *const config_sections[] = {"broker", "alert", "homeassistant", "page", NULL};

static const int languages[] = {LANGUAGE_EN, LANGUAGE_DE};
static const int push_kinds[] = {PUSH_NTFY, PUSH_GOTIFY, PUSH_PUSHOVER,
	PUSH_HOMEASSISTANT, PUSH_WEBHOOK, PUSH_EXEC};

const struct config_option config_options[] = {
	{"root", "topic_root", CONFIG_TOPIC, C(topic_root), "\"dozed\"", .restart = 1,
		.help = "First level of every MQTT topic."},
	{"root", "topic_prefix", CONFIG_TOPIC_PREFIX, C(topic_prefix), "\"\"",
		.restart = 1,
		.help = "Goes before the root, \"p/17/\" behind a broker that partitions "
			"by "
			"person. Normally empty."},
	{"root", "state_dir", CONFIG_PATH, C(state_dir), "\"\"", .restart = 1,
		.help = "Where the store lies. Empty: $STATE_DIRECTORY as systemd sets "
			"it, else "
			"/var/lib/dozed."},
	{"root", "runtime_dir", CONFIG_PATH, C(runtime_dir), "\"\"", .restart = 1,
		.help = "Where the control socket lies. Empty: $RUNTIME_DIRECTORY, else "
			"the "
			"state directory."},
	{"root", "scorer_dir", CONFIG_PATH, C(scorer_dir), "\"\"",
		.help = "Where scorers (.so files) are found. Empty: $DOZED_SCORER_DIR, "
			"else "
			"where they were installed."},
	{"root", "scorers", CONFIG_SCORERS, C(scorers),
		"{\"cole_kripke\", \"vendor_stages\", \"vendor_totals\", "
		"\"sleep_stats\", \"night_score\", \"hr_dip\", \"rr_clean\", \"hrv\", "
		"\"resp_rate\", \"odi\", "
		"\"regularity\", \"baseline\", \"sleep_debt\", \"pain_forecast\"}",
		.help = "The scorers to run. Their order follows from what they read and "
			"write; "
			"where two write the same channel, the later one here wins."},
	{"root", "durability", CONFIG_CHOICE, C(durability), "process",
		.choices = "process|power", .restart = 1,
		.help = "What a stored message survives: \"process\" a crash of the "
			"daemon, "
			"\"power\" a power cut too, with more writing to the disk."},
	{"root", "log_level", CONFIG_CHOICE, C(log_level), "info",
		.choices = "error|warning|info|debug", .codes = log_levels,
		.help = "Names and values of people appear at debug only."},
	{"root", "retain_state", CONFIG_BOOL, C(retain_state), "true",
		.help = "Publish dozed/<person>/state and /night retained, so that a "
			"restarted "
			"Home Assistant sees them at once."},
	{"root", "retain_pain", CONFIG_BOOL, C(retain_pain), "false",
		.help = "Let pain values into these retained messages. Whoever may read "
			"the "
			"broker then sees them at any time."},
	{"root", "include", CONFIG_INCLUDES, 0, 0, "{}",
		.help = "More files, read after this one. A relative name counts from "
			"this "
			"file's directory."},

	{"broker", "host", CONFIG_HOST, C(broker.host), "\"127.0.0.1\"", .restart = 1,
		.help = "Name or address of the MQTT broker."},
	{"broker", "port", CONFIG_INT, C(broker.port), "1883", .min = 1, .max = 65535,
		.restart = 1, .help = "With TLS usually 8883."},
	{"broker", "tls", CONFIG_BOOL, C(broker.tls), "false", .restart = 1,
		.help = "Encrypted, and the broker's certificate verified, or no "
			"connection."},
	{"broker", "ca_file", CONFIG_PATH, C(broker.ca_file), "\"\"", .restart = 1,
		.help = "Who may sign the broker's certificate. Empty: the system's "
			"authorities."},
	{"broker", "cert_file", CONFIG_PATH, C(broker.cert_file), "\"\"", .restart = 1,
		.help = "Our own certificate, where the broker asks for one."},
	{"broker", "key_file", CONFIG_PATH, C(broker.key_file), "\"\"", .restart = 1,
		.help = "The key to it."},
	{"broker", "client_id", CONFIG_ID, C(broker.client_id), "\"dozed\"", .restart = 1,
		.help = "Names our session at the broker, which keeps messages for it "
			"while the "
			"daemon is away. Two daemons need two."},
	{"broker", "username", CONFIG_TEXT, C(broker.username), "\"\"", .restart = 1,
		.help = "Empty: none."},
	{"broker", "password_file", CONFIG_PATH, C(broker.password_file), "\"\"",
		.restart = 1,
		.help = "A file with the password alone, not readable by everybody. "
			"Empty: "
			"systemd's credential \"broker-password\" if there is one."},
	{"broker", "password", CONFIG_SECRET, 0, 0, NULL,
		.help = "a password does not belong in the configuration: put it alone "
			"into a "
			"file and name that with password_file"},
	{"broker", "keep_alive", CONFIG_SECONDS, C(broker.keep_alive_s), "\"60 s\"",
		.min = 5, .max = 3600, .restart = 1,
		.help = "How soon a dead connection is noticed."},
	{"broker", "allow_plain_remote", CONFIG_BOOL, C(broker.allow_plain_remote),
		"false", .restart = 1,
		.help = "Connect without TLS to a broker on another machine. Everybody "
			"on the "
			"way can read and change what is sent."},

	{"alert", "threshold", CONFIG_REAL, C(policy.threshold), "0.25", .min = 0.01,
		.max = 0.99,
		.help = "Tell the person when the probability of a high-pain day reaches "
			"this. "
			"0.25 says that a day missed weighs three times a needless "
			"alert."},
	{"alert", "min_rated_days", CONFIG_INT, C(policy.min_rated_days), "14", .min = 14,
		.max = 365, .help = "Days with a pain rating before the first alert."},
	{"alert", "max_per_week", CONFIG_INT, C(policy.max_per_week), "2", .min = 0,
		.max = 7, .help = "Alerts in any seven days."},
	{"alert", "free_days", CONFIG_INT, C(policy.free_days), "1", .min = 0, .max = 30,
		.help = "Days without an alert between two alerts."},
	{"alert", "settle", CONFIG_MS, C(policy.settle_ms), "\"30 min\"", .min = 0,
		.max = 6 * 3600,
		.help = "The morning's outlook is made this long after its last sign "
			"(final "
			"waking, morning rating)."},
	{"alert", "earliest", CONFIG_CLOCK, C(policy.earliest_min), "\"06:00\"",
		.help = "It is not made before this local time, however early somebody "
			"woke."},
	{"alert", "hard_stop", CONFIG_CLOCK, C(policy.hard_stop_min), "\"10:30\"",
		.help = "It is made at this local time at the latest."},
	{"alert", "expiry", CONFIG_CLOCK, C(policy.expiry_min), "\"18:00\"",
		.help = "An outlook that is not out by this local time is not sent any "
			"more."},
	{"alert", "lateness", CONFIG_MS, C(policy.lateness_ms), "\"10 min\"", .min = 0,
		.max = 24 * 3600,
		.help = "How far behind a device's newest sample an older one may arrive "
			"without "
			"a night being made again."},
	{"alert", "idle", CONFIG_MS, C(policy.idle_ms), "\"10 min\"", .min = 60,
		.max = 24 * 3600,
		.help = "A device that is silent this long is not waited for."},

	{"alert", "correct_until", CONFIG_CLOCK, C(policy.correct_until_min), "\"12:00\"",
		.help = "A notice that late data proves wrong is corrected, once, until "
			"this local time."},
	{"alert", "snooze", CONFIG_MS, C(policy.snooze_ms), "\"24 h\"", .min = 3600,
		.max = 30 * 86400.0, .help = "How long a snooze silences alerts."},
	{"alert", "digest_after", CONFIG_INT, C(policy.digest_after), "3", .min = 0,
		.max = 30,
		.help = "After so many alerts in a row without an answer there is one "
			"digest a week instead. 0: never."},
	{"alert", "good_nights", CONFIG_BOOL, C(policy.good_nights), "true",
		.help = "Tell of nights that were better than usual about as often as of "
			"poor ones."},
	{"alert", "no_data", CONFIG_MS, C(policy.no_data_ms), "\"48 h\"", .min = 0,
		.max = 30 * 86400.0,
		.help = "Say once that no night has come for so long. 0 s: never."},

	{"homeassistant", "discovery", CONFIG_BOOL, C(homeassistant), "true",
		.help = "Announce everybody's sensors, sliders and buttons to Home "
			"Assistant "
			"by MQTT discovery. They show there without any set-up."},
	{"homeassistant", "prefix", CONFIG_TOPIC, C(homeassistant_prefix),
		"\"homeassistant\"", .restart = 1,
		.help = "Home Assistant's discovery prefix."},

	{"page", "port", CONFIG_INT, C(page.port), "0", .min = 0, .max = 65535,
		.restart = 1,
		.help = "Of the page that shows nights and takes ratings; 8377 is a good "
			"one. 0: no page."},
	{"page", "listen", CONFIG_HOST, C(page.listen), "\"127.0.0.1\"", .restart = 1,
		.help = "The address that it listens on. On any other than this "
			"machine's own it needs token_file, and what it sends can be "
			"read on the way: put a reverse proxy with TLS before it."},
	{"page", "token_file", CONFIG_PATH, C(page.token_file), "\"\"", .restart = 1,
		.help = "A file with a secret alone, at least 16 characters, not "
			"readable by everybody. Whoever opens the page is asked for it. "
			"Empty: everybody on this machine may look."},
	{"page", "hosts", CONFIG_TEXT, C(page.hosts), "\"\"", .restart = 1,
		.help = "Names under which browsers may ask for it beside localhost and "
			"its address, blanks between them, as in \"hub.local\"."},

	{"person", "name", CONFIG_TEXT, P(name), "\"\"",
		.help = "How texts address the person. Empty: they do without."},
	{"person", "timezone", CONFIG_ZONE, P(zone), NULL,
		.help = "Needed: where the person's mornings are, \"Europe/Berlin\"."},
	{"person", "devices", CONFIG_DEVICES, P(devices), NULL,
		.help = "Which \"source/device\" may speak for the person; \"*\" stands "
			"for any "
			"source or any device. Left out: all that use the person's "
			"topic."},
	{"person", "nights", CONFIG_NIGHTS, P(nights), NULL,
		.help = "Where bed times come from: the first of \"session\" (a maker's "
			"own "
			"record), \"markers\" (in and out of bed), \"rest\" (a scorer's) "
			"and \"activity\" (rest in the movement) that has a night; what "
			"is "
			"left out is not asked. Left out: all four, in this order."},
	{"person", "retention", CONFIG_MS, P(retention_ms), "\"0 s\"", .min = 0,
		.max = 100 * 366 * 86400.0,
		.help = "Input that is older than this when it arrives is stored and "
			"counted, and changes no night. 0 s: everything counts."},
	{"person", "language", CONFIG_CHOICE, P(language), "en", .choices = "en|de",
		.codes = languages, .help = "Of the texts that the person reads."},
	{"person", "discreet", CONFIG_BOOL, P(discreet), "true",
		.help = "What a phone shows while locked says that there is a notice, "
			"not what it is about."},
	{"person", "sleep_prompt", CONFIG_CLOCK, P(sleep_prompt_min), "\"08:30\"",
		.min = -1,
		.help = "When to ask how the night was, unless it was rated already. "
			"\"off\": never."},
	{"person", "pain_prompt", CONFIG_CLOCK, P(pain_prompt_min), "\"20:30\"",
		.min = -1,
		.help = "When to ask for the day's pain rating, unless it was given "
			"already. "
			"\"off\": never."},
	{"person", "quiet_from", CONFIG_CLOCK, P(quiet_from_min), "\"22:00\"",
		.help = "From this local time on nothing is sent to the person."},
	{"person", "quiet_until", CONFIG_CLOCK, P(quiet_until_min), "\"06:00\"",
		.help = "Until this local time; what is still worth telling is told "
			"then. The same as quiet_from: no quiet hours."},
	{"person", "push", CONFIG_PUSH, P(push), NULL,
		.help = "The push sections that reach the person, as in {\"phone\"}. "
			"Left out: nothing is pushed."},

	{"push", "kind", CONFIG_CHOICE, U(kind), NULL,
		.choices = "ntfy|gotify|pushover|homeassistant|webhook|exec",
		.codes = push_kinds,
		.help = "Needed. One of ntfy, gotify, pushover, homeassistant (a webhook "
			"trigger), webhook (anything else that takes a POST) and exec (a "
			"program that gets the notice on its standard input)."},
	{"push", "url", CONFIG_URL, U(url), "\"\"",
		.help = "The server's address; for webhook the whole address, in which "
			"{{token}} stands for the token. Pushover needs none."},
	{"push", "topic", CONFIG_TEXT, U(topic), "\"\"",
		.help = "ntfy: the topic. Whoever knows its name on a public server can "
			"read along: make it long and random, or use a token."},
	{"push", "token_file", CONFIG_PATH, U(token_file), "\"\"",
		.help = "A file with the token (ntfy, Gotify, Pushover's application; "
			"the "
			"webhook's id of Home Assistant) alone, not readable by "
			"everybody. Empty: systemd's credential \"push-NAME\"."},
	{"push", "token", CONFIG_SECRET, 0, 0, NULL,
		.help = "a token does not belong in the configuration: put it alone into "
			"a file and name that with token_file"},
	{"push", "user_file", CONFIG_PATH, U(user_file), "\"\"",
		.help = "Pushover: a file with the user's key. Empty: systemd's "
			"credential \"push-NAME-user\"."},
	{"push", "template", CONFIG_TEXT, U(template), "\"\"",
		.help = "webhook: the body, in which {{title}}, {{text}}, {{tag}} and "
			"the "
			"other names of docs/push.md are filled in. Empty: the notice as "
			"JSON."},
	{"push", "template_file", CONFIG_PATH, U(template_file), "\"\"",
		.help = "The same from a file, read whenever something is sent."},
	{"push", "content_type", CONFIG_TEXT, U(content_type), "\"application/json\"",
		.help = "webhook: what the template is. JSON, "
			"application/x-www-form-urlencoded and text/plain are filled in "
			"each by their own rules."},
	{"push", "headers", CONFIG_HEADERS, U(headers), NULL,
		.help = "More header lines, \"Name: value\"; {{token}} stands for the "
			"token."},
	{"push", "click", CONFIG_URL, U(click), "\"\"",
		.help = "What opens when the notice is tapped: the page of this hub, or "
			"Home Assistant."},
	{"push", "answer_url", CONFIG_URL, U(answer_url), "\"\"",
		.help = "ntfy: where its buttons post their answer as JSON. Empty: no "
			"buttons. A discreet notice has none."},
	{"push", "command", CONFIG_COMMAND, U(command), NULL,
		.help = "exec: the program with its whole path, and its arguments, as in "
			"{\"/usr/bin/apprise\", \"--config=/etc/dozed/apprise\"}."},
	{"push", "ca_file", CONFIG_PATH, U(ca_file), "\"\"",
		.help = "Who may sign the server's certificate. Empty: the system's "
			"authorities."},
	{"push", "allow_plain", CONFIG_BOOL, U(allow_plain), "false",
		.help = "Send without encryption to another machine. Everybody on the "
			"way "
			"can read what is sent."},
	{"push", "timeout", CONFIG_SECONDS, U(timeout_s), "\"20 s\"", .min = 1,
		.max = 300, .help = "How long one attempt may take."},
	{"push", "priority", CONFIG_CHOICE, U(priority), "auto",
		.choices = "auto|low|normal|high",
		.help = "How loud: auto is normal for notices and low for questions. "
			"Never an emergency that rings through the night."},
	{0},
};

const struct config_option *
config_option_find(const char *section, const char *name)
{
	for (const struct config_option *o = config_options; o->name; o++)
		if (strcmp(o->section, section) == 0 && strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

int
config_kind_is_list(enum config_kind k)
{
	return k == CONFIG_DEVICES || k == CONFIG_NIGHTS || k == CONFIG_SCORERS ||
	       k == CONFIG_INCLUDES || k == CONFIG_PUSH || k == CONFIG_HEADERS ||
	       k == CONFIG_COMMAND;
}
