/* SPDX-License-Identifier: MIT */
/* See words_notice.h. */
#include "core/words_notice.h"

#include <stdio.h>

#include "core/words.h"

void
words_notice(const struct notice_facts *x, struct notice *n)
{
	if (x->f)
		words_alert(x->f, x->who, n->title, n->text);
	snprintf(n->discreet_title, sizeof n->discreet_title, "dozed");
	snprintf(n->discreet_text, sizeof n->discreet_text, "There is a note for you.");
}
