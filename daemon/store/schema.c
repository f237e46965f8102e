/* SPDX-License-Identifier: MIT */
/* Tables and statements. Times are UTC milliseconds, dates days since 1970; epochs, seqs
 * and hashes are 64 bits as SQLite's signed integers. Results (night, forecast, alert)
 * keep what is searched in columns and the rest, bit for bit, in `body` (store/record.c).
 * A step that has been released is never edited: append one. */
#include "store/schema.h"

#include <stdio.h>

#include "store/store.h"

#define TEXT_OF(x)  TEXT_OF_(x)
#define TEXT_OF_(x) #x

/* batch.span sorts batches by length, so that a search can bound `last` from above as
 * well: the longest of each class, in ms (store/batch.c knows the same numbers). */
/* clang-format off */
static const char first_step[] =
	"PRAGMA application_id = " TEXT_OF(SCHEMA_APPLICATION_ID) ";"
	/* scored: batches up to this id have been through the line */
	"CREATE TABLE fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
	"INSERT INTO fact VALUES ('scored', 0), ('dead_letters', 0);"

	"CREATE TABLE device (id INTEGER PRIMARY KEY, person TEXT NOT NULL,"
	" source TEXT NOT NULL, device TEXT NOT NULL,"
	" batches INTEGER NOT NULL DEFAULT 0, newest INTEGER, received INTEGER,"
	" UNIQUE (person, source, device));"
	/* turn: the larger, the later this epoch of the device delivered */
	"CREATE TABLE delivery (device INTEGER NOT NULL, epoch INTEGER NOT NULL,"
	" turn INTEGER NOT NULL, contiguous INTEGER NOT NULL, highest INTEGER NOT NULL,"
	" PRIMARY KEY (device, epoch)) WITHOUT ROWID;"
	"CREATE TABLE gap (device INTEGER NOT NULL, epoch INTEGER NOT NULL,"
	" first INTEGER NOT NULL, last INTEGER NOT NULL,"
	" PRIMARY KEY (device, epoch, first)) WITHOUT ROWID;"
	"CREATE TRIGGER delivery_gone AFTER DELETE ON delivery BEGIN"
	" DELETE FROM gap WHERE device = old.device AND epoch = old.epoch; END;"

	"CREATE TABLE batch (id INTEGER PRIMARY KEY, device INTEGER NOT NULL,"
	" epoch INTEGER NOT NULL, seq INTEGER NOT NULL, received INTEGER NOT NULL,"
	" first INTEGER NOT NULL, last INTEGER NOT NULL, span INTEGER NOT NULL,"
	" historical INTEGER NOT NULL, hash INTEGER NOT NULL, payload BLOB NOT NULL,"
	" UNIQUE (device, epoch, seq));"
	"CREATE INDEX batch_time ON batch (device, span, last, first);"
	"CREATE TABLE damaged (batch INTEGER PRIMARY KEY);"
	/* ids are used again once the newest rows are gone: the mark must not stand above */
	"CREATE TRIGGER batch_gone AFTER DELETE ON batch BEGIN"
	" UPDATE fact SET value = min(value, (SELECT coalesce(max(id), 0) FROM batch))"
	" WHERE name = 'scored';"
	" DELETE FROM damaged WHERE batch = old.id; END;"

	/* was: where the record lay when `scored` was `mark`, still to be made again */
	"CREATE TABLE session (person TEXT NOT NULL, source TEXT NOT NULL,"
	" record_id TEXT NOT NULL, revision INTEGER NOT NULL, status INTEGER NOT NULL,"
	" start INTEGER NOT NULL, stop INTEGER NOT NULL, was_start INTEGER NOT NULL,"
	" was_stop INTEGER NOT NULL, mark INTEGER NOT NULL, received INTEGER NOT NULL,"
	" historical INTEGER NOT NULL, hash INTEGER NOT NULL, body BLOB NOT NULL,"
	" UNIQUE (person, source, record_id));"
	"CREATE INDEX session_time ON session (person, start);"
	"CREATE TABLE rating (person TEXT NOT NULL, kind INTEGER NOT NULL,"
	" at INTEGER NOT NULL, date INTEGER NOT NULL, value INTEGER NOT NULL,"
	" revision INTEGER NOT NULL, received INTEGER NOT NULL,"
	" PRIMARY KEY (person, kind, at)) WITHOUT ROWID;"
	"CREATE INDEX rating_date ON rating (person, date);"
	"CREATE TABLE marker (person TEXT NOT NULL, at INTEGER NOT NULL,"
	" stage INTEGER NOT NULL, PRIMARY KEY (person, at, stage)) WITHOUT ROWID;"

	"CREATE TABLE night (person TEXT NOT NULL, date INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, ordinal INTEGER NOT NULL, revision INTEGER NOT NULL,"
	" body BLOB NOT NULL, PRIMARY KEY (person, date, kind, ordinal)) WITHOUT ROWID;"
	"CREATE TABLE forecast (person TEXT NOT NULL, date INTEGER NOT NULL,"
	" live INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (person, date))"
	" WITHOUT ROWID;"
	"CREATE TABLE alert (person TEXT NOT NULL, date INTEGER NOT NULL,"
	" rule TEXT NOT NULL, revision INTEGER NOT NULL, state INTEGER NOT NULL,"
	" body BLOB NOT NULL, PRIMARY KEY (person, date, rule)) WITHOUT ROWID;"

	/* done: 0 while it waits, else when it was sent or given up */
	"CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL,"
	" payload BLOB NOT NULL, qos INTEGER NOT NULL, retain INTEGER NOT NULL,"
	" created INTEGER NOT NULL, expires INTEGER NOT NULL,"
	" done INTEGER NOT NULL DEFAULT 0, expired INTEGER NOT NULL DEFAULT 0);"
	"CREATE INDEX outbox_waiting ON outbox (id) WHERE done = 0;"
	"CREATE TABLE dead_letter (id INTEGER PRIMARY KEY, received INTEGER NOT NULL,"
	" place TEXT NOT NULL, reason TEXT NOT NULL, hash INTEGER NOT NULL,"
	" size INTEGER NOT NULL, times INTEGER NOT NULL,"
	" UNIQUE (hash, size, place, reason));";

/* Nights that were told and withdrawn: if one comes back, its revisions go on from here. */
static const char second_step[] =
	"CREATE TABLE night_gone (person TEXT NOT NULL, date INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, ordinal INTEGER NOT NULL, revision INTEGER NOT NULL,"
	" PRIMARY KEY (person, date, kind, ordinal)) WITHOUT ROWID;";

/* channel: '' = MQTT, else the name of a push section. tries, next: of a channel that failed.
 * notice: what was told, so that nothing is told twice. decision: what was decided of a morning,
 * also not to alert. announced: people whose entities Home Assistant keeps. */
static const char third_step[] =
	"ALTER TABLE outbox ADD COLUMN channel TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE outbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE outbox ADD COLUMN next INTEGER NOT NULL DEFAULT 0;"
	"DROP INDEX outbox_waiting;"
	"CREATE INDEX outbox_waiting ON outbox (channel, id) WHERE done = 0;"
	"CREATE TABLE feedback (person TEXT NOT NULL, at INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, received INTEGER NOT NULL,"
	" PRIMARY KEY (person, at, kind)) WITHOUT ROWID;"
	"CREATE TABLE notice (person TEXT NOT NULL, date INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL,"
	" issued INTEGER NOT NULL, body BLOB NOT NULL,"
	" PRIMARY KEY (person, date, id, revision)) WITHOUT ROWID;"
	"CREATE TABLE decision (person TEXT NOT NULL, date INTEGER NOT NULL,"
	" at INTEGER NOT NULL, live INTEGER NOT NULL, body BLOB NOT NULL,"
	" PRIMARY KEY (person, date, at)) WITHOUT ROWID;"
	"CREATE TABLE announced (person TEXT PRIMARY KEY, hash INTEGER NOT NULL)"
	" WITHOUT ROWID;";

/* Until now a tentative session of a higher revision took the place of a final one. Where one is
 * filed, all batches go through the line once more: the final one, if there was any, comes back. */
static const char fourth_step[] =
	"UPDATE fact SET value = 0 WHERE name = 'scored'"
	" AND EXISTS (SELECT 1 FROM session WHERE status = 1);";
/* clang-format on */

const char *const schema_steps[] = {first_step, second_step, third_step, fourth_step};
const int schema_version = array_len(schema_steps);

/* clang-format off */
#define BATCH_COLUMNS \
	"b.id, d.person, d.source, d.device, b.epoch, b.seq, b.received, b.first, b.last," \
	" b.historical, b.id <= (SELECT value FROM fact WHERE name = 'scored')," \
	" b.hash, b.payload, b.device"
#define DEVICE_COLUMNS \
	"d.id, d.person, d.source, d.device, p.epoch, p.contiguous, p.highest," \
	" d.batches, d.newest, d.received"

const char *const schema_sql[SQL_COUNT] = {
	[SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[SQL_BEGIN_READ] = "BEGIN",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_FACT_GET] = "SELECT value FROM fact WHERE name = ?1",
	[SQL_FACT_RAISE] = "UPDATE fact SET value = ?2 WHERE name = ?1 AND value < ?2",
	[SQL_FACT_ADD] = "UPDATE fact SET value = value + ?2 WHERE name = ?1",

	[SQL_DEVICE_FIND] =
		"SELECT d.id, p.epoch, p.contiguous, p.highest FROM device d"
		" LEFT JOIN delivery p ON p.device = d.id AND p.epoch = ?4"
		" WHERE d.person = ?1 AND d.source = ?2 AND d.device = ?3",
	[SQL_DEVICE_NEW] =
		"INSERT INTO device (person, source, device) VALUES (?1, ?2, ?3)",
	[SQL_DEVICE_ARRIVED] =
		"UPDATE device SET batches = batches + 1,"
		" newest = max(coalesce(newest, ?2), ?2),"
		" received = max(coalesce(received, ?3), ?3) WHERE id = ?1",
	[SQL_DEVICES] =
		"SELECT " DEVICE_COLUMNS " FROM device d JOIN delivery p"
		" ON p.device = d.id AND p.epoch ="
		" (SELECT max(epoch) FROM delivery WHERE device = d.id)"
		" WHERE d.person BETWEEN ?1 AND ?2"
		" AND (?3 IS NULL OR d.source = ?3) AND (?4 IS NULL OR d.device = ?4)"
		" ORDER BY d.person, d.source, d.device",
	[SQL_DEVICE_EPOCHS] =
		"SELECT " DEVICE_COLUMNS " FROM device d JOIN delivery p"
		" ON p.device = d.id WHERE d.person = ?1 AND d.source = ?2"
		" AND d.device = ?3 ORDER BY p.turn DESC",
	[SQL_DELIVERY_PUT] =
		"INSERT INTO delivery (device, epoch, contiguous, highest, turn)"
		" VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(turn), 0) + 1"
		" FROM delivery WHERE device = ?1))"
		" ON CONFLICT (device, epoch) DO UPDATE SET turn = excluded.turn,"
		" contiguous = excluded.contiguous, highest = excluded.highest",
	[SQL_DELIVERY_TRIM] =
		"DELETE FROM delivery WHERE device = ?1 AND epoch IN"
		" (SELECT epoch FROM delivery WHERE device = ?1"
		" ORDER BY turn DESC LIMIT -1 OFFSET ?2)",
	[SQL_GAP_AT] =
		"SELECT first, last FROM gap"
		" WHERE device = ?1 AND epoch = ?2 AND first <= ?3"
		" ORDER BY first DESC LIMIT 1",
	[SQL_GAP_PUT] =
		"INSERT INTO gap (device, epoch, first, last) VALUES (?1, ?2, ?3, ?4)",
	[SQL_GAP_DROP] =
		"DELETE FROM gap WHERE device = ?1 AND epoch = ?2 AND first = ?3",
	[SQL_GAPS] =
		"SELECT first, last FROM gap WHERE device = ?1 AND epoch = ?2"
		" ORDER BY first LIMIT ?3",
	[SQL_GAP_COUNT] =
		"SELECT count(*) FROM (SELECT 1 FROM gap"
		" WHERE device = ?1 AND epoch = ?2 LIMIT ?3)",

	[SQL_BATCH_PUT] =
		"INSERT INTO batch (device, epoch, seq, received, first, last, span,"
		" historical, hash, payload)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
		" ON CONFLICT DO NOTHING",
	[SQL_BATCH_GET] =
		"SELECT " BATCH_COLUMNS " FROM batch b JOIN device d ON d.id = b.device"
		" WHERE b.id = ?1",
	[SQL_BATCH_UNSCORED] =
		"SELECT " BATCH_COLUMNS " FROM batch b JOIN device d ON d.id = b.device"
		" WHERE b.id > max(?1, (SELECT value FROM fact WHERE name = 'scored'))"
		" ORDER BY b.id LIMIT 1",
	[SQL_BATCH_BETWEEN] =
		"SELECT b.id FROM device d CROSS JOIN batch b ON b.device = d.id"
		" WHERE d.person BETWEEN ?1 AND ?2 AND b.span = ?3 AND b.last >= ?4"
		" AND b.last <= ?6 AND b.first < ?5",
	[SQL_UNSCORED_COUNT] =
		"SELECT count(*) FROM batch"
		" WHERE id > (SELECT value FROM fact WHERE name = 'scored')"
		" AND id NOT IN (SELECT batch FROM damaged)",
	[SQL_DAMAGED_PUT] =
		"INSERT INTO damaged (batch) VALUES (?1) ON CONFLICT DO NOTHING",
	[SQL_DAMAGED_IS] = "SELECT 1 FROM damaged WHERE batch = ?1",

	[SQL_SESSION_GET] =
		"SELECT revision, status, start, stop, was_start, was_stop, received,"
		" historical, hash, body, mark FROM session"
		" WHERE person = ?1 AND source = ?2 AND record_id = ?3",
	[SQL_SESSION_PUT] =
		"INSERT OR REPLACE INTO session (person, source, record_id, revision,"
		" status, start, stop, was_start, was_stop, mark, received,"
		" historical, hash, body)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
	[SQL_SESSIONS] =
		"SELECT source, record_id, revision, status, start, stop, received,"
		" historical, hash, body FROM session"
		" WHERE person = ?1 AND start >= ?2 - ?4 AND start < ?3 AND stop > ?2"
		" AND status <> 3 ORDER BY start, source, record_id",
	[SQL_SESSIONS_ALL] =
		"SELECT source, record_id, revision, status, start, stop, received,"
		" historical, hash, body FROM session"
		" WHERE person = ?1 ORDER BY start, source, record_id",
	[SQL_RATING_PUT] =
		"INSERT INTO rating (person, kind, at, date, value, revision, received)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
		" ON CONFLICT (person, kind, at) DO UPDATE SET date = excluded.date,"
		" value = excluded.value, revision = excluded.revision, received ="
		" CASE WHEN (excluded.revision, excluded.value) = (revision, value)"
		" THEN min(excluded.received, received) ELSE excluded.received END"
		" WHERE (excluded.revision, excluded.value) > (revision, value)"
		" OR ((excluded.revision, excluded.value) = (revision, value)"
		" AND (excluded.date <> date OR excluded.received < received))",
	[SQL_RATINGS] =
		"SELECT person, date, kind, at, value, revision FROM rating"
		" WHERE person BETWEEN ?1 AND ?2 ORDER BY person, date, kind, at",
	/* ascending: whoever keeps the last one has the newest tap of date and kind */
	[SQL_RATINGS_CHOSEN] =
		"SELECT date, kind, at, value FROM rating"
		" WHERE person = ?1 AND date BETWEEN ?2 AND ?3"
		" ORDER BY date, kind, at",
	[SQL_RATING_NEWEST] =
		"SELECT max(at) FROM rating WHERE person = ?1 AND kind = ?2 AND date = ?3",
	[SQL_MARKER_PUT] =
		"INSERT INTO marker (person, at, stage) VALUES (?1, ?2, ?3)"
		" ON CONFLICT DO NOTHING",
	[SQL_MARKERS] =
		"SELECT at, stage FROM marker"
		" WHERE person = ?1 AND at >= ?2 AND at < ?3 ORDER BY at, stage",
	[SQL_FEEDBACK_PUT] =
		"INSERT INTO feedback (person, at, kind, received) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT DO UPDATE SET received = excluded.received"
		" WHERE excluded.received < received",
	[SQL_FEEDBACK] =
		"SELECT at, kind FROM feedback"
		" WHERE person = ?1 AND at >= ?2 AND at < ?3 ORDER BY at, kind",

	[SQL_NIGHT_PUT] =
		"INSERT INTO night (person, date, kind, ordinal, revision, body)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
		" ON CONFLICT (person, date, kind, ordinal) DO UPDATE"
		" SET revision = excluded.revision, body = excluded.body"
		" WHERE body <> excluded.body",
	[SQL_NIGHT_DROP] =
		"DELETE FROM night"
		" WHERE person = ?1 AND date = ?2 AND kind = ?3 AND ordinal = ?4",
	[SQL_NIGHT_GONE_PUT] =
		"INSERT INTO night_gone (person, date, kind, ordinal, revision)"
		" VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT (person, date, kind, ordinal) DO UPDATE"
		" SET revision = excluded.revision",
	[SQL_NIGHT_GONE] =
		"SELECT revision FROM night_gone"
		" WHERE person = ?1 AND date = ?2 AND kind = ?3 AND ordinal = ?4",
	[SQL_NIGHTS_OF] =
		"SELECT body FROM night WHERE person = ?1 AND date BETWEEN ?2 AND ?3"
		" ORDER BY date, kind, ordinal",
	[SQL_NIGHTS_ALL] =
		"SELECT body FROM night WHERE date BETWEEN ?2 AND ?3"
		" ORDER BY person, date, kind, ordinal",
	[SQL_NIGHTS_MAIN] =
		"SELECT body FROM night"
		" WHERE person = ?1 AND date BETWEEN ?2 AND ?3 AND kind = 1"
		" ORDER BY date, ordinal DESC",
	[SQL_FORECAST_PUT] =
		"INSERT INTO forecast (person, date, live, body)"
		" VALUES (?1, ?2, ?3, ?4) ON CONFLICT (person, date) DO UPDATE"
		" SET live = excluded.live, body = excluded.body"
		" WHERE body <> excluded.body",
	[SQL_FORECAST_DROP] = "DELETE FROM forecast WHERE person = ?1 AND date = ?2",
	[SQL_FORECASTS_OF] =
		"SELECT date, body FROM forecast"
		" WHERE person = ?1 AND date BETWEEN ?2 AND ?3 ORDER BY date",
	[SQL_ALERT_PUT] =
		"INSERT INTO alert (person, date, rule, revision, state, body)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
		" ON CONFLICT (person, date, rule) DO UPDATE"
		" SET revision = excluded.revision, state = excluded.state,"
		" body = excluded.body WHERE body <> excluded.body",
	[SQL_ALERT_DROP] = "DELETE FROM alert WHERE person = ?1 AND date = ?2",
	[SQL_ALERTS_OF] =
		"SELECT date, body, state FROM alert"
		" WHERE person = ?1 AND date BETWEEN ?2 AND ?3 ORDER BY date, rule",
	[SQL_ALERTS_ALL] =
		"SELECT date, body FROM alert WHERE date BETWEEN ?2 AND ?3"
		" ORDER BY person, date, rule",
	[SQL_DECISION_PUT] =
		"INSERT INTO decision (person, date, at, live, body)"
		" VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (person, date, at) DO UPDATE"
		" SET live = excluded.live, body = excluded.body",
	[SQL_DECISION_DROP] =
		"DELETE FROM decision WHERE person = ?1 AND date = ?2 AND live = 0",
	[SQL_DECISIONS] =
		"SELECT body FROM decision"
		" WHERE person = ?1 AND date BETWEEN ?2 AND ?3 ORDER BY date, at",
	[SQL_NOTICE_PUT] =
		"INSERT INTO notice (person, date, kind, id, revision, issued, body)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
	[SQL_NOTICES] =
		"SELECT body FROM notice"
		" WHERE person BETWEEN ?1 AND ?2 AND date BETWEEN ?3 AND ?4"
		" ORDER BY person, date, id, revision",
	/* forecasts do not count, or each would call for the next */
	[SQL_DAYS_SPAN] =
		"SELECT min(lo), max(hi) FROM ("
		"SELECT (SELECT min(date) FROM night WHERE person = ?1) AS lo,"
		" (SELECT max(date) FROM night WHERE person = ?1) AS hi"
		" UNION ALL"
		" SELECT (SELECT min(date) FROM rating WHERE person = ?1 AND value >= 0),"
		" (SELECT max(date) FROM rating WHERE person = ?1 AND value >= 0))",

	[SQL_OUTBOX_PUT] =
		"INSERT INTO outbox (topic, payload, qos, retain, created, expires, channel)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[SQL_OUTBOX_EXPIRED] =
		"SELECT count(*) FROM outbox"
		" WHERE done = 0 AND expires <> 0 AND expires <= ?1",
	[SQL_OUTBOX_EXPIRE] =
		"UPDATE outbox SET done = max(?1, 1), expired = 1, payload = x''"
		" WHERE done = 0 AND expires <> 0 AND expires <= ?1",
	[SQL_OUTBOX_NEXT] =
		"SELECT id, topic, payload, qos, retain, created, expires FROM outbox"
		" WHERE done = 0 AND channel = '' AND id > ?1"
		" AND (expires = 0 OR expires > ?2)"
		" ORDER BY id LIMIT 1",
	[SQL_OUTBOX_SENT] =
		"UPDATE outbox SET done = max(?2, 1), payload = x''"
		" WHERE id = ?1 AND done = 0",
	/* what was pushed stays until it expires: the same is not pushed twice */
	[SQL_OUTBOX_TRIM] =
		"DELETE FROM outbox WHERE id <= ?1 - ?2 AND done <> 0"
		" AND (channel = '' OR expires <= ?3)",
	[SQL_OUTBOX_WAITING] = "SELECT count(*) FROM outbox WHERE done = 0",
	[SQL_PUSH_HAS] = "SELECT 1 FROM outbox WHERE channel = ?1 AND topic = ?2 LIMIT 1",
	[SQL_PUSH_NEXT] =
		"SELECT id, topic, payload, created, expires, tries, next FROM outbox"
		" WHERE done = 0 AND channel = ?1 AND (expires = 0 OR expires > ?2)"
		" ORDER BY id LIMIT 1",
	[SQL_PUSH_LATER] =
		"UPDATE outbox SET tries = tries + 1, next = ?2"
		" WHERE id = ?1 AND done = 0",
	[SQL_PUSH_GIVEN_UP] =
		"UPDATE outbox SET done = max(?2, 1), expired = 2, payload = x''"
		" WHERE id = ?1 AND done = 0",
	/* expired: 0 sent, 1 expired, 2 given up */
	[SQL_PUSH_COUNTS] =
		"SELECT channel, sum(done = 0), sum(done <> 0 AND expired = 0),"
		" sum(expired = 1), sum(expired = 2), sum(tries),"
		" max(CASE WHEN expired = 0 THEN done ELSE 0 END)"
		" FROM outbox WHERE channel <> '' GROUP BY channel",
	[SQL_DEAD_PUT] =
		"INSERT INTO dead_letter (received, place, reason, hash, size, times)"
		" VALUES (?1, ?2, ?3, ?4, ?5, 1)"
		" ON CONFLICT (hash, size, place, reason) DO UPDATE"
		" SET received = max(received, excluded.received), times = times + 1",
	[SQL_DEAD_TRIM] =
		"DELETE FROM dead_letter"
		" WHERE id <= (SELECT max(id) FROM dead_letter) - ?1",
	[SQL_DEAD] =
		"SELECT received, place, reason, size, times FROM dead_letter"
		" ORDER BY received DESC, id DESC LIMIT ?1",
	[SQL_ANNOUNCED_PUT] =
		"INSERT INTO announced (person, hash) VALUES (?1, ?2)"
		" ON CONFLICT (person) DO UPDATE SET hash = excluded.hash",
	[SQL_ANNOUNCED_DROP] = "DELETE FROM announced WHERE person = ?1",
	[SQL_ANNOUNCED] = "SELECT person, hash FROM announced ORDER BY person",
	[SQL_COUNTS] =
		"SELECT (SELECT coalesce(sum(batches), 0) FROM device),"
		" (SELECT count(*) FROM session WHERE status <> 3),"
		" (SELECT count(*) FROM rating), (SELECT count(*) FROM night),"
		" (SELECT count(*) FROM forecast), (SELECT count(*) FROM alert),"
		" (SELECT count(*) FROM outbox WHERE done = 0),"
		" (SELECT value FROM fact WHERE name = 'dead_letters'),"
		" (SELECT count(*) FROM damaged)",
};
/* clang-format on */

int64_t
schema_pragma(sqlite3 *db, const char *sql, int *ret_rc)
{
	sqlite3_stmt *st = NULL;
	int64_t v = -1;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		v = sqlite3_column_int64(st, 0);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	*ret_rc = rc;
	return v;
}

/* One step; the version is read again inside the transaction, since another process may
 * have taken the step while this one waited for the lock. */
static int
take_step(sqlite3 *db, const char *const *steps, int n, int *ret_version)
{
	char set[48];
	int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return rc;
	int version = (int)schema_pragma(db, "PRAGMA user_version", &rc);
	if (rc == SQLITE_OK && version >= 0 && version < n) {
		snprintf(set, sizeof set, "PRAGMA user_version = %d", version + 1);
		rc = sqlite3_exec(db, steps[version], NULL, NULL, NULL);
		if (rc == SQLITE_OK)
			rc = sqlite3_exec(db, set, NULL, NULL, NULL);
		version++;
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	if (rc != SQLITE_OK && !sqlite3_get_autocommit(db))
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	*ret_version = version;
	return rc;
}

int
schema_migrate(sqlite3 *db, const char *const *steps, int n)
{
	int rc, version = (int)schema_pragma(db, "PRAGMA user_version", &rc);

	while (rc == SQLITE_OK && version < n)
		rc = take_step(db, steps, n, &version);
	return rc;
}
