/* SPDX-License-Identifier: MIT */
/* Configurations that must be refused, each with its place and its reason. */
#include "config_fixture.h"

#define BERLIN "timezone = \"Europe/Berlin\""

/* Exactly one fault each: line, and a part of the reason. */
static const struct bad {
	const char *text;
	int line;
	const char *why;
} bad[] = {
	/* names */
	{"tresholds = 1", 1,
		"unknown option tresholds; did you mean threshold of another section?"},
	{"\n\ntopic_rot = \"x\"", 3, "did you mean topic_root?"},
	{"scorer_dirs = \"/x\"", 1, "did you mean scorer_dir?"},
	{"xyzzy = 1", 1, "unknown option xyzzy"},
	{"brokr { host = \"localhost\" }", 1, "did you mean broker?"},
	{"brokr {\n host = \"x\"\n port = 1\n}\n", 1, "did you mean broker?"},
	{"threshold = 0.3", 1, "threshold belongs into the section alert"},
	{"broker {\n topic_root = \"x\"\n}", 2,
		"topic_root stands outside of all sections"},
	{"broker {\n hots = \"x\"\n}", 2, "did you mean host?"},
	{"broker {\n hsot = \"x\"\n}", 2, "did you mean host?"},
	{"broker {\n timezone = \"UTC\"\n}", 2,
		"timezone belongs into the section person"},
	{"alert {\n\n max_per_wek = 1 }", 3, "did you mean max_per_week?"},
	{"person \"a\" {\n " BERLIN "\n devises = {\"a/b\"}\n}", 3,
		"did you mean devices?"},
	{"person \"a\" { " BERLIN " person \"b\" { } }", 1, "unknown option person"},
	{"# one\n# two\n// three\n/* four\n five */\nxyzzy = 1", 6,
		"unknown option xyzzy"},
	{"Topic_root = \"x\"", 1, "did you mean topic_root?"},
	{"= 1", 1, "'=' is not expected here"},
	{"broker|host = \"x\"", 1, "'|' must stand in quotes"},
	/* the shape of a statement */
	{"topic_root", 1, "the file ends amid a statement"},
	{"\ntopic_root\n\n\n", 2, "the file ends amid a statement"},
	{"topic_root =", 1, "the file ends amid a statement"},
	{"topic_root \"x\"", 1, "'=' is missing after topic_root"},
	{"topic_root\nlog_level = info", 1, "'=' is missing after topic_root"},
	{"topic_root += \"x\"", 1, "topic_root holds one value"},
	{"topic_root = = \"x\"", 1, "'=' is not expected here"},
	{"topic_root = {\"x\"}", 1, "'{' is not expected here"},
	{"topic_root = (x)", 1, "'(' is not expected here"},
	{"topic_root = \"a\", \"b\"", 1, "',' is not expected here"},
	{"scorers = {\"a\" \"b\"}", 1, "is not expected here"},
	{"scorers = {,}", 1, "',' is not expected here"},
	{"broker = 1", 1, "'{' is missing after broker"},
	{"broker \"x\" { }", 1, "'{' is missing after broker"},
	{"person { }", 1, "person needs its name in quotes"},
	{"person = \"a\"", 1, "person needs its name in quotes"},
	{"person \"a\"", 1, "the file ends amid a statement"},
	{"broker {", 1, "this '{' is not closed"},
	{"\nbroker {\n port = 1\n\n", 2, "this '{' is not closed"},
	{"broker { }\n}", 2, "this '}' closes nothing"},
	{"person \"a\" { x { y { z = 1 } } }", 1, "nested too deeply"},
	{"scorers = {{{\"a\"}}}", 1, "nested too deeply"},
	{"broker { port = 1 }\nbroker { }", 2, "stands here and in line 1"},
	{"alert { free_days = 1 }\n\nalert {\n}\n", 3, "stands here and in line 1"},
	/* quotes and characters */
	{"topic_root = \"x", 1, "no closing quote (\")"},
	{"topic_root = 'x", 1, "no closing quote (')"},
	{"topic_root = \"x\\", 1, "no closing quote"},
	{"topic_root = \"a\\nb\"", 1, "a backslash stands only before"},
	{"topic_root = \"a\\x00b\"", 1, "a backslash stands only before"},
	{"topic_root = \"${HOME}\"", 1, "environment variables are not put in"},
	{"topic_root = ${HOME}", 1, "'$' must stand in quotes"},
	{"topic_root = *", 1, "'*' must stand in quotes"},
	{"topic_root = a+b", 1, "'+' must stand in quotes"},
	{"/* no end\n\n", 1, "this comment has no end"},
	{"topic_root = \"\x01\"", 1, "byte 0x01 does not belong into a text file"},
	{"topic_root = \"\x7f\"", 1, "byte 0x7f does not belong into a text file"},
	{"\n# \xff\n", 2, "byte 0xff: this is not UTF-8"},
	{"# \xc3", 1, "byte 0xc3: this is not UTF-8"},
	{"# \xc0\x80", 1, "byte 0xc0: this is not UTF-8"},
	{"# \xed\xa0\x80", 1, "this is not UTF-8"},
	{"# \xf4\x90\x80\x80", 1, "this is not UTF-8"},
	/* values */
	{"durability = strong", 1, "one of process|power is wanted"},
	{"durability = proces", 1, "one of process|power is wanted"},
	{"durability = \"process|power\"", 1, "one of process|power is wanted"},
	{"log_level = 3", 1, "one of error|warning|info|debug is wanted"},
	{"retain_state = maybe", 1, "true or false is wanted"},
	{"retain_state = 1", 1, "true or false is wanted"},
	{"retain_state = \"\"", 1, "true or false is wanted"},
	{"broker { port = 0 }", 1, "must lie between 1 and 65535"},
	{"broker { port = 65536 }", 1, "must lie between 1 and 65535"},
	{"broker { port = -1 }", 1, "must lie between 1 and 65535"},
	{"broker { port = 1.5 }", 1, "a whole number is wanted"},
	{"broker { port = mqtt }", 1, "a number is wanted"},
	{"broker { port = 0x75b }", 1, "a number is wanted"},
	{"broker { port = \"\" }", 1, "a number is wanted"},
	{"broker { port = 99999999999999999999 }", 1, "must lie between"},
	{"alert { threshold = 0 }", 1, "must lie between 0.01 and 0.99"},
	{"alert { threshold = 1 }", 1, "must lie between 0.01 and 0.99"},
	{"alert { threshold = nan }", 1, "a number is wanted"},
	{"alert { threshold = inf }", 1, "a number is wanted"},
	{"alert { threshold = 1e999 }", 1, "a number is wanted"},
	{"alert { threshold = \"0.2 \" }", 1, "a number is wanted"},
	{"alert { threshold = \"0,2\" }", 1, "a number is wanted"},
	{"alert { threshold = 25% }", 1, "a number is wanted"},
	{"alert {\n min_rated_days = 13\n}", 2, "must lie between 14 and 365"},
	{"alert { max_per_week = 8 }", 1, "must lie between 0 and 7"},
	{"alert { settle = 30 }", 1, "a unit is missing"},
	{"alert { settle = \"30 m\" }", 1, "this unit is not known"},
	{"alert { settle = \"30 minutes\" }", 1, "this unit is not known"},
	{"alert { settle = \"30 min \" }", 1, "this unit is not known"},
	{"alert { settle = \"min\" }", 1, "a duration is wanted"},
	{"alert { settle = \"\" }", 1, "a duration is wanted"},
	{"alert { settle = \"--1 min\" }", 1, "a duration is wanted"},
	{"alert { settle = \"-1 min\" }", 1, "must lie between 0 s and 6 h"},
	{"alert { settle = \"7 h\" }", 1, "must lie between 0 s and 6 h"},
	{"alert { idle = \"5 s\" }", 1, "must lie between 1 min and 1 d"},
	{"alert {\n settle = 30 min\n}", 2, "a value with a unit stands in quotes"},
	{"broker { keep_alive = \"1 s\" }", 1, "must lie between 5 s and 1 h"},
	{"alert { hard_stop = \"24:00\" }", 1, "a local time from 00:00 to 23:59"},
	{"alert { hard_stop = \"10:60\" }", 1, "a local time"},
	{"alert { hard_stop = \"10.30\" }", 1, "a local time"},
	{"alert { hard_stop = \"10:3\" }", 1, "a local time"},
	{"alert { hard_stop = \"10:300\" }", 1, "a local time"},
	{"alert { hard_stop = \":30\" }", 1, "a local time"},
	{"alert { hard_stop = \"10:30 am\" }", 1, "a local time"},
	{"alert {\n hard_stop = \"05:30\"\n}", 2,
		"hard_stop must be later than earliest"},
	{"alert {\n earliest = \"10:30\"\n}", 2, "hard_stop must be later than earliest"},
	{"alert {\n hard_stop = \"19:00\"\n}", 2, "expiry must be later than hard_stop"},
	{"alert {\n hard_stop = \"9:00\"\n expiry = \"8:00\"\n}", 3,
		"expiry must be later"},
	{"topic_root = \"\"", 1, "levels of letters"},
	{"topic_root = \"a/\"", 1, "levels of letters"},
	{"topic_root = \"a//b\"", 1, "levels of letters"},
	{"topic_root = \"a/#\"", 1, "levels of letters"},
	{"topic_root = \"a b\"", 1, "levels of letters"},
	{"topic_prefix = \"p/17\"", 1, "must be empty or end with '/'"},
	{"topic_prefix = \"/\"", 1, "must be empty or end with '/'"},
	{"state_dir = \"state\"", 1, "a path from the root"},
	{"broker { host = \"\" }", 1, "a host name or address is wanted"},
	{"broker { host = \"a b\" }", 1, "a host name or address is wanted"},
	{"broker { host = \"mqtt://localhost\" }", 1, "a host name or address is wanted"},
	{"broker { client_id = \"\" }", 1, "letters, digits"},
	{"broker { client_id = \"a/b\" }", 1, "letters, digits"},
	{"broker { client_id = "
	 "\"0123456789012345678901234567890123456789012345678901234567890123\" }",
		1, "longer than 63 bytes"},
	{"log_level = info\n\nlog_level = info", 3,
		"log_level stands here and in line 1"},
	/* the broker */
	{"broker {\n password = \"geheim\"\n}", 2, "name that with password_file"},
	{"broker {\n host = \"192.168.1.2\"\n}", 2, "allow_plain_remote"},
	{"broker {\n host = \"1270.0.0.1\"\n}", 2, "allow_plain_remote"},
	{"broker {\n host = \"127.0.0.1.example.org\"\n}", 2, "allow_plain_remote"},
	{"broker {\n tls = true\n cert_file = \"/c\"\n}", 3,
		"cert_file and key_file go together"},
	{"broker {\n tls = true\n key_file = \"/k\"\n}", 3,
		"cert_file and key_file go together"},
	{"broker {\n ca_file = \"/c\"\n}", 2, "tls is off"},
	{"broker {\n password_file = \"/p\"\n}", 2, "without a username"},
	{"page {\n listen = \"hub.local\"\n}", 2, "an address of this machine"},
	{"page {\n port = 8377\n listen = \"0.0.0.0\"\n}", 3,
		"set token_file, and put a reverse proxy with TLS before"},
	{"page {\n port = 8377\n listen = \"192.168.1.5\"\n}", 3, "set token_file"},
	{"page {\n port = 8377\n listen = \"::\"\n}", 3, "set token_file"},
	{"page {\n hosts = \"hub.local,other\"\n}", 2, "names with blanks"},
	{"page {\n port = 70000\n}", 2, "port"},
	/* people */
	{"person \"a\" {\n}\n", 1, "has no timezone"},
	{"\nperson \"a\" {\n name = \"A\"\n}\n", 2, "has no timezone"},
	{"person \"a\" {\n timezone = \"Europe/Berlim\"\n}", 2, "no such time zone"},
	{"person \"a\" {\n timezone = \"../../etc/passwd\"\n}", 2,
		"not the name of a time zone"},
	{"person \"a\" {\n timezone = \"\"\n}", 2, "not the name of a time zone"},
	{"person \"a\" {\n timezone = \"CEST+2\"\n}", 2, "no such time zone"},
	{"\nperson \"Anna\" { " BERLIN " }", 2, "person \"Anna\": an id has"},
	{"person \"\" { " BERLIN " }", 1, "an id has"},
	{"person \"a b\" { " BERLIN " }", 1, "an id has"},
	{"person \"a/b\" { " BERLIN " }", 1, "an id has"},
	{"person \"012345678901234567890123456789012\" { " BERLIN " }", 1, "an id has"},
	{"person \"a\" { " BERLIN " }\nperson \"b\" { " BERLIN
	 " }\nperson \"a\" {\n " BERLIN " }",
		3, "\"a\" has a section already"},
	{"person \"a\" { " BERLIN "\n name = \"x\"\n name = \"y\" }", 3,
		"stands here and in line 2"},
	{"person \"a\" { " BERLIN " devices = {\"band\"} }", 1,
		"\"source/device\" is wanted"},
	{"person \"a\" { " BERLIN " devices = {\"a/b\",\n \"A/b\"} }", 2,
		"device \"A/b\""},
	{"person \"a\" { " BERLIN " devices = {\"a/b/c\"} }", 1,
		"\"source/device\" is wanted"},
	{"person \"a\" { " BERLIN " devices = {\"a/\"} }", 1,
		"\"source/device\" is wanted"},
	{"person \"a\" { " BERLIN " devices = {\"a*/b\"} }", 1,
		"\"source/device\" is wanted"},
	{"person \"a\" { " BERLIN " devices = {\"a/b\", \"a/b\"} }", 1, "listed twice"},
	{"person \"a\" {\n " BERLIN " devices = {} }", 1, "devices = {} admits none"},
	{"person \"a\" { " BERLIN " nights = {\"rest\", \"sleep\"} }", 1,
		"nights from \"sleep\": session, markers, rest or activity is wanted"},
	{"person \"a\" { " BERLIN " nights = {\"rest\",\n \"rest\"} }", 2,
		"nights from \"rest\" twice"},
	{"person \"a\" {\n " BERLIN " nights = {} }", 1, "nights = {} names no source"},
	{"person \"a\" { " BERLIN " retention = \"30\" }", 1, "a unit is missing"},
	/* scorers */
	{"scorers = {\"cole_kripke\",\n\"cole_kripke\"}", 2, "listed twice"},
	{"scorers = {\"../evil\"}", 1, "a name has 1 to 32"},
	{"scorers = {\"\"}", 1, "a name has 1 to 32"},
	{"scorer \"cole_kripe\" {\n divisor = 6\n}", 2, "did you mean cole_kripke?"},
	{"scorer \"mine\" {\n x = 6\n}", 2, "\"mine\" is not among the scorers to run"},
	{"scorer \"a-b\" {\n}", 1, "a name has 1 to 32"},
	{"scorer \"cole_kripke\" { divisor = {6} }", 1, "'{' is not expected here"},
	{"scorer \"cole_kripke\" { divisor }", 1, "'=' is missing after divisor"},
	{"scorer \"cole_kripke\" { cap = 1 }\nscorer \"cole_kripke\" { cap = 2 }", 2,
		"has a section already"},
	/* further files */
	{"include = {\"not-there.conf\"}", 1, "No such file"},
	{"\ninclude = {\"dozed.conf\"}", 2, "is read already"},
	{"include = {\"/\"}", 1, "Is a directory"},
};

static int
is_as_wanted(struct fixture *f, const struct bad *b)
{
	char want[32];
	struct config *c = fixture_read(f, b->text);
	config_free(c);
	snprintf(want, sizeof want, "dozed.conf:%d: ", b->line);
	return !c && f->n == 1 && strncmp(f->faults[0], want, strlen(want)) == 0 &&
	       strstr(f->faults[0], b->why);
}

static void
every_bad_file_is_refused_with_its_place_and_reason(void **state)
{
	struct fixture *f = *state;
	unsigned wrong = 0;
	for (size_t i = 0; i < array_len(bad); i++) {
		if (!is_as_wanted(f, &bad[i])) {
			wrong++;
			print_message("--- %s\nwanted %d: %s\n", bad[i].text, bad[i].line,
				bad[i].why);
			for (unsigned k = 0; k < f->n; k++)
				print_message("   got %s\n", f->faults[k]);
		}
		/* and the next file is read as if nothing had been */
		config_free(fixture_good(f, "log_level = info\n"));
	}
	print_message("%zu bad files\n", array_len(bad));
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bad_file_is_refused_with_its_place_and_reason),
	};
	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
