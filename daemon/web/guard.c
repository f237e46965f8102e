/* SPDX-License-Identifier: MIT */
/* See guard.h. */
#include "web/guard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

struct span {
	const char *p;
	size_t n;
};

/* "[::1]:8377" is "::1", "hub.local:8377" is "hub.local". n = 0: no host. */
static struct span
host_of(const char *header)
{
	struct span s = {header, 0};
	if (header[0] == '[') {
		s.p++;
		s.n = strcspn(s.p, "]");
		const char *rest = s.p + s.n;
		return *rest == ']' && (rest[1] == '\0' || rest[1] == ':')
			       ? s
			       : (struct span){header, 0};
	}
	s.n = strcspn(header, ":");
	return s;
}

static int
is(struct span s, const char *name)
{
	size_t n = strlen(name);
	if (n > 1 && name[0] == '[' && name[n - 1] == ']') {
		name++;
		n -= 2;
	}
	return s.n == n && n > 0 && strncasecmp(s.p, name, n) == 0;
}

int
guard_host_is_ours(
	const char *host, const char *listen, const char *local, const char *hosts)
{
	static const char *const own[] = {"localhost", "127.0.0.1", "::1"};
	if (!host)
		return 0;
	struct span s = host_of(host);
	for (size_t i = 0; i < array_len(own); i++)
		if (is(s, own[i]))
			return 1;
	if (is(s, listen) || (local && is(s, local)))
		return 1;
	while (*hosts) {
		char one[256];
		size_t n = strcspn(hosts, " ");
		snprintf(one, sizeof one, "%.*s", (int)n, hosts);
		if (n < sizeof one && is(s, one))
			return 1;
		hosts += n;
		hosts += strspn(hosts, " ");
	}
	return 0;
}

int
guard_is_same_origin(const char *fetch_site, const char *origin, const char *host)
{
	if (fetch_site && strcmp(fetch_site, "same-origin") != 0)
		return 0;
	if (!origin)
		return 1;
	const char *rest = strncmp(origin, "http://", 7) == 0    ? origin + 7
			   : strncmp(origin, "https://", 8) == 0 ? origin + 8
								 : NULL;
	return rest && host && strcasecmp(rest, host) == 0;
}

int
guard_secret(char ret[static GUARD_SECRET_LEN])
{
	unsigned char bits[(GUARD_SECRET_LEN - 1) / 2];
	ssize_t n = getrandom(bits, sizeof bits, 0);
	if (n != (ssize_t)sizeof bits)
		return n < 0 ? -errno : -EIO;
	for (size_t i = 0; i < sizeof bits; i++)
		snprintf(ret + 2 * i, 3, "%02x", bits[i]);
	return 0;
}
