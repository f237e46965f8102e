/* SPDX-License-Identifier: MIT */
/* Why something has no numbers. Scorers and core say it in an English sentence of their own,
 * which is stored; here it is found again in the catalogue, numbers and names apart. A sentence
 * that nobody translated stays as it is.
 * po/update takes those of scorer_skip() as well; po/elsewhere.h has the rest. */
#include "core/words.h"

#include <stdio.h>
#include <string.h>

#include "core/tr.h"

#define HOLES_MAX 2
#define HOLE_LEN  WHY_LEN

/* Those with something in them: %s. The first that fits holds. */
static const char *const forms[] = {
	N_("only %s %% of the night was measured"),
	N_("heart rate in only %s %% of the sleep"),
	N_("beats cover only %s %% of the night"),
	N_("beats cover only %s %% of the sleep"),
	N_("no %s beats without a gap"),
	N_("a breathing rate in only %s of %s five minutes"),
	N_("one SpO2 value in %s s: an ODI needs one in %s s"),
	N_("only %s h of SpO2"),
	N_("%s is not known"),
	N_("no %s"),
};

/* The length of the hole at the front of text: up to where what follows it in the form does. */
static size_t
hole_length(const char *text, const char *after)
{
	size_t n = strcspn(after, "%");
	const char *end = n ? memmem(text, strlen(text), after, n) : NULL;
	return end ? (size_t)(end - text) : strlen(text);
}

/* 1 if text is form with something in each hole. */
static int
fits(const char *form, const char *text, char holes[HOLES_MAX][HOLE_LEN])
{
	for (int n = 0; *form; form++) {
		if (form[0] == '%' && form[1] == 's') {
			size_t length = hole_length(text, form + 2);
			if (length == 0 || length >= HOLE_LEN || n == HOLES_MAX)
				return 0;
			memcpy(holes[n], text, length);
			holes[n++][length] = '\0';
			text += length;
			form++;
			continue;
		}
		form += form[0] == '%'; /* "%%" */
		if (*text++ != *form)
			return 0;
	}
	return *text == '\0';
}

void
words_why(enum language l, const char *why, char *ret, size_t size)
{
	char holes[HOLES_MAX][HOLE_LEN] = {"", ""};
	const char *whole = tr(l, why);
	for (unsigned i = 0; i < array_len(forms) && whole == why; i++) {
		if (!fits(forms[i], why, holes))
			continue;
		snprintf(ret, size, tr(l, forms[i]), tr(l, holes[0]), tr(l, holes[1]));
		return;
	}
	snprintf(ret, size, "%s", whole);
}
