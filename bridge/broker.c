/* SPDX-License-Identifier: MIT */
/* The broker's address, see broker.h. */
#include "broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOST_MAX 255

static const char *
parse_port(const char *text, int tls, long *ret)
{
	char *end;

	*ret = tls ? 8883 : 1883;
	if (*text == 0)
		return NULL;
	if (*text++ != ':' || strspn(text, "0123456789") != strlen(text))
		return "after the host comes nothing or :PORT";
	*ret = strtol(text, &end, 10);
	return *ret >= 1 && *ret <= 65535 ? NULL : "a port is 1 to 65535";
}

const char *
broker_parse(const char *text, struct broker *ret)
{
	long port;

	*ret = (struct broker){0};
	if (strncmp(text, "mqtt://", 7) == 0)
		text += 7;
	else if (strncmp(text, "mqtts://", 8) == 0)
		text += 8, ret->tls = 1;
	else
		return "it begins with mqtt:// or mqtts://";
	const char *at = strrchr(text, '@');
	if (at) {
		size_t n = (size_t)(at - text);
		if (memchr(text, ':', n))
			return "no password here, others could read it: use "
			       "--password-file";
		if (n == 0 || n >= sizeof ret->user)
			return "a user of 1 to 127 bytes before the @";
		memcpy(ret->user, text, n);
		text = at + 1;
	}
	size_t n = text[0] == '[' ? strcspn(text, "]") + 1 : strcspn(text, ":/");
	if (n > strlen(text) || n < 1 || n > HOST_MAX || strpbrk(text, " \t/"))
		return "a host, and nothing after its port";
	const char *why = parse_port(text + n, ret->tls, &port);
	if (why)
		return why;
	snprintf(ret->key, sizeof ret->key, "%.*s:%ld", (int)n, text, port);
	snprintf(
		ret->uri, sizeof ret->uri, "%s://%s", ret->tls ? "ssl" : "tcp", ret->key);
	return NULL;
}
