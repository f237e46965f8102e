/* SPDX-License-Identifier: MIT */
/* See notice.h. */
#include "core/notice.h"

#include <stdio.h>
#include <string.h>

#include "base/civil.h"

const char *const notice_names[NOTICE_KINDS] = {NULL, "pain_day_expected", "correction",
	"all_clear", "good_night", "digest", "no_data", "sleep_prompt", "pain_prompt"};

/* What follows "<person>-<date>" in a tag: on a phone the next one of the same tag replaces it.
 */
static const char *const tag_ends[NOTICE_KINDS] = {
	[NOTICE_DIGEST] = "-digest",
	[NOTICE_NO_DATA] = "-no_data",
	[NOTICE_SLEEP_PROMPT] = "-sleep",
	[NOTICE_PAIN_PROMPT] = "-pain",
};

const char *
notice_rule(enum notice_kind kind)
{
	return notice_names[kind == NOTICE_CORRECTION || kind == NOTICE_ALL_CLEAR
				    ? NOTICE_PAIN_DAY
				    : kind];
}

void
notice_init(struct notice *n, const char *person, civil_day date, enum notice_kind kind)
{
	char day[CIVIL_DATE_LEN];
	memset(n, 0, sizeof *n);
	civil_date_text(date, day);
	snprintf(n->person, sizeof n->person, "%s", person);
	snprintf(n->id, sizeof n->id, "%s-%s-%s", person, day, notice_rule(kind));
	snprintf(n->tag, sizeof n->tag, "%s-%s%s", person, day,
		tag_ends[kind] ? tag_ends[kind] : "");
	n->date = date;
	n->kind = kind;
	n->revision = 1;
}
