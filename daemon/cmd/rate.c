/* SPDX-License-Identifier: MIT */
/* `dozed rate`: the rating of a day; `dozed feedback`: the answer to a notice. */
#include "cmd/say.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static void
print_kinds(const char *given)
{
	fprintf(stderr, "dozed: rate: %s: choose one of", given);
	for (int k = 1; k < RATING_KINDS; k++)
		fprintf(stderr, "%s %s", k > 1 ? "," : "", rating_names[k]);
	fputc('\n', stderr);
}

/* As it would stand in MQTT; malloc'd. */
static char *
payload_of(const char *value, const struct arg_date *date)
{
	char text[CIVIL_DATE_LEN];
	json_t *root = json_pack("{s:s}", "value", value);
	if (root && date->given)
		json_object_set_new(
			root, "date", json_string(civil_date_text(date->day, text)));
	char *payload = root ? json_dumps(root, JSON_COMPACT) : NULL;
	json_decref(root);
	return payload;
}

static int
rate(const struct cmd_context *ctx, struct saying *s, const struct arg_date *date)
{
	char text[CIVIL_DATE_LEN], *payload cleanup(freep) = payload_of(s->said, date);
	struct diary_kept kept;
	if (!payload) { /* no UTF-8 */
		fprintf(stderr,
			"dozed: rate: the value is a whole number from 0 to 10\n");
		return EXIT_NO;
	}
	s->payload = payload;
	int code = say(ctx, s, &kept);
	if (code != EXIT_DONE)
		return code;
	printf("%s of %s: ", s->what, civil_date_text(kept.date, text));
	if (kept.rating.value == RATING_WITHDRAWN)
		puts("withdrawn");
	else
		printf("%d\n", kept.rating.value);
	return EXIT_DONE;
}

int
cmd_rate(const struct cmd_context *ctx, int argc, char **argv)
{
	const char *id = NULL;
	struct arg_date date = {0};
	const struct arg table[] = {
		{"--person", "P", ARG_TEXT, &id,
			"whose; may be left out where there is one"},
		{"--date", "DATE", ARG_DATE, &date, "of an earlier day; default today"},
		{0},
	};
	const struct arg_words words = {"KIND VALUE",
		"Gives, changes or withdraws the rating of a day, as a tap would.\n\n"
		"  KIND   sleep_quality (0 worst, 10 best), pain_morning, pain_day "
		"(0 none, 10 worst)\n"
		"  VALUE  a whole number from 0 to 10, or withdraw\n\n"
		"A day can be rated until 48 hours after its end; the last rating of a "
		"kind counts.\nA pain_day that is given until 03:59 is still of the day "
		"before."};
	struct arg_list rest = {0};
	int code = args_words(table, &words, argc, argv, &rest);
	enum rating_kind kind;
	if (code != ARGS_GO)
		return code;
	if (rest.n != 2) {
		fprintf(stderr, "dozed: rate needs a KIND and a VALUE, such as: dozed "
				"rate pain_day 4\n");
		return EXIT_USAGE;
	}
	if (!diary_kind(rest.items[0], &kind) || !kind) {
		print_kinds(rest.items[0]);
		return EXIT_USAGE;
	}
	struct saying s = {args_person(ctx, id), rest.items[0], NULL, rest.items[1]};
	return s.who ? rate(ctx, &s, &date) : EXIT_USAGE;
}

int
cmd_feedback(const struct cmd_context *ctx, int argc, char **argv)
{
	static const struct {
		const char *word, *payload;
	} answers[] = {
		{"ack", "ack"}, {"snooze", "snooze"}, {"false-alarm", "false_alarm"}};
	const char *id = NULL;
	const struct arg table[] = {
		{"--person", "P", ARG_TEXT, &id,
			"whose; may be left out where there is one"},
		{0},
	};
	const struct arg_words words = {"ack|snooze|false-alarm",
		"Answers the last notice, as a button on a phone would.\n\n"
		"  ack          seen\n"
		"  snooze       no alerts for a while (alert { snooze })\n"
		"  false-alarm  the last alert was not right"};
	struct arg_list rest = {0};
	struct diary_kept kept;
	int code = args_words(table, &words, argc, argv, &rest);
	size_t i = 0;
	if (code != ARGS_GO)
		return code;
	while (rest.n == 1 && i < array_len(answers) &&
		strcmp(rest.items[0], answers[i].word) != 0)
		i++;
	if (rest.n != 1 || i == array_len(answers)) {
		fprintf(stderr, "dozed: feedback: choose one of ack, snooze, "
				"false-alarm\n");
		return EXIT_USAGE;
	}
	struct saying s = {
		args_person(ctx, id), "cmd", answers[i].payload, answers[i].word};
	if (!s.who)
		return EXIT_USAGE;
	code = say(ctx, &s, &kept);
	if (code == EXIT_DONE && i == 1)
		printf("no alerts for %.4g h\n",
			(double)ctx->config->policy.snooze_ms / HOUR_MS);
	else if (code == EXIT_DONE)
		printf("%s: noted\n", answers[i].word);
	return code;
}
