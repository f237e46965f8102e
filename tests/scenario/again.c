/* SPDX-License-Identifier: MIT */
/* Live = replay: whatever a script was about, at its end `dozed replay` over what was stored
 * must find nothing different, up to the day before the one on which the script ends. */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "script.h"

void
replay_gives_the_same(struct script *s)
{
	struct world *w = &s->world;
	char to[CIVIL_DATE_LEN];
	char *argv[] = {(char *)"replay", (char *)"--to", to, NULL};
	struct cmd_context ctx = {s->path, w->config};
	int32_t last = INT32_MAX;
	for (unsigned i = 0; i < w->config->n_people; i++) {
		civil_day today = zone_date(w->config->people[i].zone, w->now, 0);
		last = today.n < last ? today.n : last;
	}
	civil_date_text(DAY(last - 1), to);
	snprintf(w->config->state_dir, sizeof w->config->state_dir, "%s", w->dir);
	if (w->line)
		world_off(w);
	if (cmd_replay(&ctx, 3, argv) != EXIT_DONE)
		script_fail(s, "a replay gives something else than what was made live");
}
