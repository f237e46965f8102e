/* SPDX-License-Identifier: MIT */
/* See push_config.h. */
#include "out/push_config.h"

#include <stdio.h>
#include <string.h>

const char *const push_kind_names[PUSH_KINDS] = {
	NULL, "ntfy", "gotify", "pushover", "homeassistant", "webhook", "exec"};

void
push_credentials(const struct push_config *c, char ret_token[PUSH_CREDENTIAL_LEN],
	char ret_user[PUSH_CREDENTIAL_LEN])
{
	snprintf(ret_token, PUSH_CREDENTIAL_LEN, "push-%s", c->name);
	snprintf(ret_user, PUSH_CREDENTIAL_LEN, "push-%s-user", c->name);
}

/* Gotify and Pushover admit nobody without one; a Home Assistant webhook is named by it. */
int
push_needs_token(const struct push_config *c)
{
	return c->kind == PUSH_GOTIFY || c->kind == PUSH_PUSHOVER ||
	       c->kind == PUSH_HOMEASSISTANT;
}

int
push_needs_user(const struct push_config *c)
{
	return c->kind == PUSH_PUSHOVER;
}

/* The host's first byte and length; 0 where there is none. */
static size_t
host_of(const char *url, const char **ret)
{
	const char *s = strstr(url, "://");
	if (!s)
		return 0;
	*ret = s += 3;
	return s[0] == '[' ? strcspn(s, "]") + 1 : strcspn(s, ":/?#");
}

int
push_is_loopback(const char *url)
{
	static const char *const near[] = {"localhost", "[::1]"};
	const char *host;
	size_t n = host_of(url, &host);
	unsigned a, b, c, d;
	char rest, text[32];
	for (size_t i = 0; i < array_len(near); i++)
		if (n == strlen(near[i]) && strncmp(host, near[i], n) == 0)
			return 1;
	if (n == 0 || n >= sizeof text)
		return 0;
	snprintf(text, sizeof text, "%.*s", (int)n, host);
	return sscanf(text, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &rest) == 4 && a == 127;
}

const char *
push_url_fault(const char *url)
{
	const char *host;
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return "an address that begins with https:// is wanted";
	size_t n = host_of(url, &host), authority = strcspn(host, "/?#");
	if (memchr(host, '@', authority))
		return "a password does not belong into the address; use token_file";
	if (n == 0 || strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.-_:[]") < n)
		return "a host name or address is wanted after //";
	for (const unsigned char *s = (const unsigned char *)url; *s; s++)
		if (*s <= ' ' || *s >= 0x7f || strchr("\"<>\\^`", *s))
			return "this character must be written as %xx in an address";
	return NULL;
}
