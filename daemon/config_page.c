/* SPDX-License-Identifier: MIT */
/* Who may reach the page: what holds between its options. It shows health data, so that
 * beyond this machine it asks for a secret, or does not start. */
#include "config_parse.h"

#include <arpa/inet.h>
#include <string.h>

static struct config_place
seen_at(const struct config_load *l, const char *name)
{
	return l->seen[config_row(config_option_find("page", name))];
}

enum reach { REACH_NONE, REACH_HERE, REACH_OTHERS };

/* REACH_NONE: no address. */
static enum reach
reach_of(const char *listen)
{
	struct in_addr four;
	struct in6_addr six;
	if (strcmp(listen, "localhost") == 0)
		return REACH_HERE;
	if (inet_pton(AF_INET, listen, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127 ? REACH_HERE : REACH_OTHERS;
	if (inet_pton(AF_INET6, listen, &six) == 1)
		return IN6_IS_ADDR_LOOPBACK(&six) ? REACH_HERE : REACH_OTHERS;
	return REACH_NONE;
}

static void
check_hosts(struct config_load *l, const char *hosts)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[] ";
	size_t n = strspn(hosts, allowed);
	if (hosts[n])
		faults_add(l->faults, seen_at(l, "hosts"), 0,
			"hosts = \"%.60s\": names with blanks between them are wanted, "
			"as in \"hub.local 192.168.1.5\"",
			hosts);
}

void
config_check_page(struct config_load *l)
{
	const struct page_config *p = &l->c->page;
	enum reach reach = reach_of(p->listen);
	struct config_place at = seen_at(l, "listen");
	if (reach == REACH_NONE)
		faults_add(l->faults, at, 0,
			"listen = \"%s\": an address of this machine is wanted, as in "
			"\"127.0.0.1\"",
			p->listen);
	if (reach == REACH_OTHERS && p->port > 0 && !p->token_file[0])
		faults_add(l->faults, at, 0,
			"listen = \"%s\": other machines could read everybody's nights; "
			"set token_file, and put a reverse proxy with TLS before the "
			"page",
			p->listen);
	check_hosts(l, p->hosts);
}
