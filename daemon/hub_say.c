/* SPDX-License-Identifier: MIT */
/* What people say on this machine. Told to the inbox like a tap from the broker, so that it is
 * counted and looked at in the same way. */
#include "hub_private.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
hub_say(struct hub *h, const struct hub_saying *s, struct diary_kept *ret,
	char why[static TAPS_WHY_LEN])
{
	ticker_look(&h->ticker);
	struct diary_entry e = {.who = config_person(h->setup.config, s->person),
		.payload = s->payload,
		.n = strlen(s->payload),
		.received = h->ticker.utc,
		.clock_trusted = h->ticker.trusted};
	if (!e.who || !diary_kind(s->what, &e.kind)) {
		snprintf(why, TAPS_WHY_LEN, "%s",
			e.who ? "no such rating or command"
			      : "the person is not in the configuration");
		return DIARY_E_REFUSED;
	}
	int r = diary_take(s->way, &e, ret, why);
	if (r == 0)
		inbox_put_tap(h->inbox);
	else if (r == DIARY_E_NOTHING)
		inbox_put_ignored(h->inbox);
	else if (r == DIARY_E_RECOMPUTE)
		work_recompute(h, e.who->id);
	return r;
}

static json_t *
answer(int r, const struct diary_kept *k, const char *why)
{
	char date[CIVIL_DATE_LEN];
	switch (r) {
	case 0:
		return k->rating.kind ? json_pack("{s:b, s:i, s:s}", "done", 1, "value",
						k->rating.value, "date",
						civil_date_text(k->date, date))
				      : json_pack("{s:b}", "done", 1);
	case DIARY_E_RECOMPUTE:
		return json_pack("{s:b}", "done", 1);
	case DIARY_E_NOTHING:
	case DIARY_E_REFUSED:
		return json_pack("{s:s}", "refused", why);
	}
	return json_pack("{s:s}", "error", strerror(-r));
}

char *
hub_say_answer(struct hub *h, const char *words)
{
	char person[ID_MAX + 1], what[ID_MAX + 1], why[TAPS_WHY_LEN] = "";
	struct diary_kept kept = {.date = DAY(0)};
	int n = 0;
	static_assert(ID_MAX == 32, "the widths below");
	if (sscanf(words, "%32s %32s %n", person, what, &n) != 2 || n == 0)
		return xstrdup("{\"error\":\"say PERSON WHAT PAYLOAD\"}");
	const struct hub_saying s = {&h->command, person, what, words + n};
	int r = hub_say(h, &s, &kept, why);
	json_t *root = answer(r, &kept, why);
	char *text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}
