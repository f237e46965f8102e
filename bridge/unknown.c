/* SPDX-License-Identifier: MIT */
/* See unknown.h. */
#include "unknown.h"

#include <string.h>

#include "base/base.h"

/* The first whose text stands in the file counts; `first` = 1: it must stand at the beginning. */
static const struct hint {
	const char *text;
	int first;
	const char *why;
} hints[] = {
	{"\"$schema\"", 0, "a JSON schema: it describes data and holds none"},
	{"CREATE TABLE", 0,
		"the schema of a database: the database itself is wanted, such as "
		"Gadgetbridge.db"},
	{"\"callbackurl\"", 0,
		"a list of Withings' notifications, no sleep: the answers of its \"Sleep "
		"v2 "
		"- Get\" or \"Getsummary\" are wanted"},
	{"<!DOCTYPE html", 1,
		"a web page, perhaps a log-in that came in place of the file"},
	{"<html", 1, "a web page, perhaps a log-in that came in place of the file"},
	{"%PDF", 1, "a PDF: the data themselves are wanted, as JSON, CSV or XML"},
};

/* {"status": 0, "body": {}}: done, and nothing to say. */
static int
is_empty_answer(const char *head, size_t n)
{
	size_t braces = 0, colons = 0;
	for (size_t i = 0; i < n; i++) {
		braces += head[i] == '{';
		colons += head[i] == ':';
	}
	return n < 200 && braces >= 1 && colons <= 2;
}

const char *
unknown_why(const char *head, size_t n)
{
	size_t from = 0;
	while (from < n && strchr(" \t\r\n", head[from]))
		from++;
	if (from == n)
		return "the file is empty";
	for (size_t i = 0; i < array_len(hints); i++) {
		size_t len = strlen(hints[i].text);
		if (hints[i].first ? n - from >= len &&
					     memcmp(head + from, hints[i].text, len) == 0
				   : memmem(head, n, hints[i].text, len) != NULL)
			return hints[i].why;
	}
	if (head[from] == '{' && is_empty_answer(head, n))
		return "an answer without data in it";
	return "no reader knows this; `dozed-bridge formats` lists what they read";
}
