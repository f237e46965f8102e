/* SPDX-License-Identifier: MIT */
/* The hub's side of the page (web/page.h): gathers a person's day from the store as `explain`
 * does, and stores what is tapped there like any other tap, before it is answered. Costs
 * nothing where no page is configured. */
#include "hub_private.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "core/day.h"
#include "core/tr.h"
#include "core/words_record.h"
#include "explanation.h"
#include "web/page.h"

#define TAPS_MAX 16 /* that may wait for the line to file them */

/* A tap that was stored: shown at once, although the line files it a moment later. */
struct recent {
	char person[ID_MAX + 1];
	struct diary_kept kept;
};

struct hub_page {
	struct page *page;
	struct recent recent[TAPS_MAX];
	unsigned n_recent; /* ever; the place of the next is this modulo TAPS_MAX */
};

/* --- what is shown ------------------------------------------------------------------------ */

/* Everything that a page shows, gathered. */
struct sight {
	struct explanation x;
	struct day days[RENDER_DAYS];
	struct render_stages stages;
	struct render_view view;
	char record[WORDS_RECORD_LEN];
	int64_t overlap_ms; /* of stages with the night */
	utc_ms answered;
};

static int
take_stages(void *ctx, const struct session *v, utc_ms received, int historical)
{
	struct sight *s = ctx;
	const struct night *n = &s->x.nights[0];
	int64_t from = v->start.ms > n->in_bed.ms ? v->start.ms : n->in_bed.ms;
	int64_t to = v->end.ms < n->out_of_bed.ms ? v->end.ms : n->out_of_bed.ms;
	(void)received;
	(void)historical;
	if (v->status == RECORD_DELETED || v->n_stages == 0 ||
		v->n_stages > RENDER_STAGES || to - from <= s->overlap_ms)
		return 0;
	s->overlap_ms = to - from;
	s->stages.start = v->start;
	s->stages.end = v->end;
	s->stages.n = v->n_stages;
	memcpy(s->stages.list, v->stages, v->n_stages * sizeof *v->stages);
	return 0;
}

static int
take_answer(void *ctx, const struct feedback *f)
{
	struct sight *s = ctx;
	s->view.answered = (int)f->kind;
	s->answered = f->at;
	return 0;
}

/* The dates that a tap of now belongs to, and what was given there already. */
static void
fill_given(struct sight *s, utc_ms now)
{
	struct render_view *v = &s->view;
	for (int k = RATING_SLEEP_QUALITY; k < RATING_KINDS; k++) {
		const struct rating tap = {.kind = (enum rating_kind)k, .at = now};
		int i = rating_date(v->who->zone, &tap).n - s->days[0].date.n;
		int there = i >= 0 && i < RENDER_DAYS;
		v->given[k] = there ? s->days[i].rating[k] : NAN;
		v->given_at[k] = there ? s->days[i].rated[k] : UTC(0);
	}
}

/* What was tapped a moment ago and is not filed yet. */
static void
fill_recent(struct sight *s, const struct hub_page *p, utc_ms now)
{
	struct render_view *v = &s->view;
	const struct zone *z = v->who->zone;
	for (unsigned i = 0; i < p->n_recent && i < TAPS_MAX; i++) {
		const struct diary_kept *k = &p->recent[i].kept;
		const struct rating tap = {.kind = k->rating.kind, .at = now};
		if (strcmp(p->recent[i].person, v->who->id) != 0)
			continue;
		if (tap.kind && k->rating.at.ms > v->given_at[tap.kind].ms &&
			k->date.n == rating_date(z, &tap).n) {
			v->given[tap.kind] = k->rating.value;
			v->given_at[tap.kind] = k->rating.at;
		}
		if (k->feedback.kind && k->feedback.at.ms > s->answered.ms &&
			zone_date(z, k->feedback.at, 0).n == v->today.n)
			(void)take_answer(s, &k->feedback);
	}
}

static int
gather_night(struct sight *s, struct store *store)
{
	struct explanation *x = &s->x;
	struct render_view *v = &s->view;
	int rc = explanation_gather(x, store);
	if (rc != 0)
		return rc;
	v->date = x->date;
	v->day = &x->day;
	v->usual = x->usual;
	v->n_usual = x->n_usual;
	v->notice = x->has_alert ? &x->alert : NULL;
	words_record((enum language)x->who->language, &x->record, s->record);
	v->record = s->record;
	if (x->n_nights == 0 || x->nights[0].kind != SLEEP_MAIN)
		return 0;
	v->night = &x->nights[0];
	rc = store_sessions_between(store, x->who->id, v->night->in_bed,
		v->night->out_of_bed, take_stages, s);
	v->stages = s->stages.n ? &s->stages : NULL;
	return rc;
}

static int
gather(struct sight *s, struct hub *h, const struct person *who)
{
	struct render_view *v = &s->view;
	utc_ms now = h->ticker.utc, morning;
	v->who = who;
	v->policy = &h->setup.config->policy;
	v->several = h->setup.config->n_people > 1;
	v->today = zone_date(who->zone, now, 0);
	v->days = s->days;
	v->record = "";
	s->x = (struct explanation){.who = who,
		.config = h->setup.config,
		.scorers = h->setup.scorers,
		.date = v->today};
	v->date = v->today;
	int rc = store_days_load(h->store, who->id, DAY(v->today.n - RENDER_DAYS + 1),
		RENDER_DAYS, s->days);
	if (rc == 0 && explanation_last(h->store, who->id, &s->x.date))
		rc = gather_night(s, h->store);
	morning = zone_instant(who->zone, v->today, 0);
	if (rc == 0)
		rc = store_feedback_between(
			h->store, who->id, morning, UTC(now.ms + 1), take_answer, s);
	return rc;
}

static int
show(void *user, const struct person *who, const struct render_frame *f, struct html *ret)
{
	struct hub *h = user;
	struct sight *s cleanup(freep) = xcalloc(1, sizeof *s);
	ticker_look(&h->ticker);
	int rc = gather(s, h, who);
	if (rc != 0) {
		log_debug("the page cannot be gathered: %s", strerror(-rc));
		return rc;
	}
	fill_given(s, h->ticker.utc);
	fill_recent(s, h->web, h->ticker.utc);
	render_person(ret, f, &s->view);
	return 0;
}

static const struct person *
person(void *user, unsigned i)
{
	const struct hub *h = user;
	return i < h->setup.config->n_people ? &h->setup.config->people[i] : NULL;
}

/* --- what is tapped ----------------------------------------------------------------------- */

/* As if it had come by MQTT; remembered until the line has filed it. */
static int
say(struct hub *h, const struct person *who, const char *what, const char *payload,
	char why[static PAGE_WHY_LEN])
{
	const struct hub_saying saying = {&h->page, who->id, what, payload};
	struct hub_page *p = h->web;
	struct diary_kept kept = {.date = DAY(0)};
	static_assert(PAGE_WHY_LEN >= TAPS_WHY_LEN, "one sentence");
	if (h->stopping) {
		snprintf(why, PAGE_WHY_LEN, "%s",
			N_("The hub is stopping; please try again."));
		return -EAGAIN;
	}
	int rc = hub_say(h, &saying, &kept, why);
	if (rc < 0) {
		log_error("a tap on the page cannot be stored: %s", strerror(-rc));
		snprintf(why, PAGE_WHY_LEN, "%s",
			N_("It could not be stored; please try again."));
	}
	if (rc != 0)
		return rc;
	struct recent *r = &p->recent[p->n_recent++ % TAPS_MAX];
	*r = (struct recent){.kept = kept};
	snprintf(r->person, sizeof r->person, "%s", who->id);
	return 0;
}

static int
rate(void *user, const struct person *who, enum rating_kind kind, int value,
	char why[static PAGE_WHY_LEN])
{
	char payload[16];
	snprintf(payload, sizeof payload, "%d", value);
	return say(user, who, rating_names[kind], payload, why);
}

static int
answer(void *user, const struct person *who, enum feedback_kind kind,
	char why[static PAGE_WHY_LEN])
{
	return say(user, who, "cmd", feedback_names[kind], why);
}

/* --- opening ------------------------------------------------------------------------------ */

static int
open_page(struct hub *h, char *token, size_t size)
{
	const struct page_config *c = &h->setup.config->page;
	const struct page_events events = {h, person, show, rate, answer};
	const struct page_options o = {c->listen, c->port, token, c->hosts};
	int rc = c->token_file[0] ? config_secret(c->token_file, "", token, size) : 0;
	if (rc == 0 && c->token_file[0] && strlen(token) < CONFIG_TOKEN_MIN)
		rc = -EMSGSIZE;
	if (rc != 0) {
		log_error("page: token_file cannot be used: %s", strerror(-rc));
		return rc;
	}
	rc = page_open(&h->loop, &o, &events, &h->web->page);
	if (rc != 0)
		log_error("page: %s port %d: %s", c->listen, c->port, strerror(-rc));
	return rc;
}

void
hub_page_open(struct hub *h)
{
	const struct page_config *c = &h->setup.config->page;
	char token[256] = "";
	if (c->port == 0)
		return;
	h->web = xcalloc(1, sizeof *h->web);
	if (open_page(h, token, sizeof token) != 0)
		hub_page_close(h);
	else
		log_info("page: on %s port %d", c->listen, c->port);
	explicit_bzero(token, sizeof token);
}

void
hub_page_close(struct hub *h)
{
	if (!h->web)
		return;
	page_close(h->web->page);
	free(h->web);
	h->web = NULL;
}

json_t *
hub_page_json(const struct hub *h)
{
	const struct page_config *c = &h->setup.config->page;
	int six = strchr(c->listen, ':') != NULL;
	char url[128];
	if (c->port == 0)
		return json_null();
	snprintf(url, sizeof url, "http://%s%s%s:%d/", six ? "[" : "", c->listen,
		six ? "]" : "", c->port);
	return json_pack("{s:s, s:b}", "url", url, "open", h->web != NULL);
}
