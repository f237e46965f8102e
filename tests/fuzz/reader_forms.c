/* SPDX-License-Identifier: MIT */
/* Small well-formed files of every format, all of our own making: two readers of the same kind
 * of container share nothing here, so that each vendor's habits stay in sight. */
#include "reader_cases.h"

#include <stddef.h>

/* clang-format off */
#define EVENING(clock) "\"@d;T" clock "\""
#define MORNING(clock) "\"@e;T" clock "\""
#define KEYS "TIMESTAMP INTEGER, DEVICE_ID INTEGER, USER_ID INTEGER, "
#define PK   "PRIMARY KEY(TIMESTAMP, DEVICE_ID)) WITHOUT ROWID;\n"
#define DEVICES \
	"CREATE TABLE DEVICE(_id INTEGER PRIMARY KEY, NAME TEXT, IDENTIFIER TEXT, ALIAS TEXT);\n" \
	"INSERT INTO DEVICE VALUES(1, 'Band', '00:01', NULL), (2, 'Ring', '00:02', 'mine');\n"
#define APPLE(type, unit, from, to, value) \
	" <Record type=\"HK" type "\" sourceName=\"Anna's Watch\" sourceVersion=\"11.3\"" unit \
	" creationDate=\"@e; 09:00:00 +0200\" startDate=\"" MUST(from) "\" endDate=\"" to \
	"\" value=\"" MUST(value) "\"/>\n"
#define SLEEP(from, to, stage) \
	APPLE("CategoryTypeIdentifierSleepAnalysis", "", from, MUST(to), "HKCategoryValueSleepAnalysis" stage)

const struct form forms[] = {
	{"csv", "samples", FORM_LINES, "time,heart_rate,activity,rr\n",
		{MUST("@d;T22:00:00Z") ",60,5,800\n", MUST("@d;T22:01:00Z") ",61.5,,\n",
			MUST("@m120;") ",250,1e3,5000\n"}, "", ""},
	{"csv", "people", FORM_LINES, "\xef\xbb\xbfperson,time_utc,spo2,steps\r\n",
		{"anna," MUST("@d; 22:00:00") ",97,0\r\n", "\"ben\",\"" MUST("@d; 22:00") "\",,12\r\n"}, "", ""},
	{"csv", "stages", FORM_LINES, "start,duration_s,stage\n",
		{MUST("@d;T22:00:00Z") "," MUST("600") "," MUST("awake") "\n",
			MUST("@s600;") "," MUST("3600") "," MUST("light") "\n",
			MUST("@d;T22:00:00Z") "," MUST("30000") "," MUST("in_bed") "\n"}, "", ""},
	{"csv", "ratings", FORM_LINES, "time,kind,value\n",
		{MUST("@e;T07:30:00Z") "," MUST("sleep_quality") "," MUST("7") "\n",
			MUST("@e;T20:00:00+02:00") "," MUST("pain_day") "," MUST("0") "\n"}, "", ""},
	{"fitbit", "logs", FORM_JSON, "{\"sleep\": [",
		{"{\"logId\": " MUST("1@i;") ", \"dateOfSleep\": \"@e;\", \"startTime\": " MUST(EVENING("23:30:00.000"))
			", \"isMainSleep\": true, \"minutesAsleep\": 400, \"minutesToFallAsleep\": 3, \"efficiency\": 91,"
			" \"levels\": {\"data\": [{\"dateTime\": " MUST(EVENING("23:30:00.000")) ", \"level\": " MUST("\"wake\"")
			", \"seconds\": " MUST("300") "}, {\"dateTime\": " MUST(EVENING("23:35:00.000")) ", \"level\": \"light\", \"seconds\": 8700},"
			" {\"dateTime\": " MUST(MORNING("02:00:00.000")) ", \"level\": \"rem\", \"seconds\": " MUST("3600") "}],"
			" \"shortData\": [{\"dateTime\": " MUST(EVENING("23:40:00.000")) ", \"level\": \"wake\", \"seconds\": 30}]}}"},
		",\n", "], \"summary\": {\"totalSleepRecords\": 3}}\n"},
	{"fitbit", "export", FORM_JSON, "[",
		{"{\"logId\" : 1@i;, \"dateOfSleep\" : \"@e;\", \"startTime\" : " MUST(EVENING("23:00:00.000"))
			", \"type\": \"classic\", \"mainSleep\": false, \"levels\" : {\"data\" : [{\"dateTime\" : " EVENING("23:00:00.000")
			", \"level\" : " MUST("\"asleep\"") ", \"seconds\" : " MUST("4200") "}]}}"}, ", ", "]"},
	{"fitbit", "heart", FORM_JSON,
		"{\"activities-heart\": [{\"dateTime\": \"2026-05-02\", \"value\": {\"restingHeartRate\": 60}}],"
		" \"activities-heart-intraday\": {\"dataset\": [",
		{"{\"time\": " MUST("\"0@i;:10:00\"") ", \"value\": 64}"}, ",\n", "], \"datasetInterval\": 1}}"},
	{"actigraph", "epochs", FORM_SQL,
		"CREATE TABLE settings(settingID INTEGER PRIMARY KEY, settingName VARCHAR(64), settingValue VARCHAR(8192));\n"
		"CREATE TABLE data(dataTimestamp INTEGER, axis1 REAL, axis2 REAL, axis3 REAL, steps REAL, lux REAL);\n"
		"CREATE TABLE sleep(sleepID INTEGER PRIMARY KEY, inBedTimestamp INTEGER, outBedTimestamp INTEGER, timeAsleep INTEGER,"
		" timeAwake INTEGER, awakenings INTEGER, wakeAfterOnset INTEGER, latency INTEGER, efficiency REAL, totalCounts INTEGER);\n"
		"CREATE TABLE awakenings(awakeningID INTEGER PRIMARY KEY, sleepID INTEGER, timestamp INTEGER, length INTEGER);\n"
		"INSERT INTO settings VALUES(1, 'devicename', 'GT9X'), (2, 'deviceserial', 'TAS1'), (3, 'epochlength', '60');\n"
		"INSERT INTO data VALUES(639130000000000000, 1, 2, 3, 4, 5);\n",
		{"INSERT INTO data VALUES(" MUST("@t0;") ", 12, 0, 3, 2, 4.5);\n", "INSERT INTO data VALUES(" MUST("@t60;") ", 100, NULL, NULL, 0, NULL);\n",
			"INSERT INTO sleep VALUES(@i;, " MUST("@t0;") ", " MUST("@t28800;") ", 420, 60, 1, 30, 30, 87.5, 1000);\n"
			"INSERT INTO awakenings(sleepID, timestamp, length) VALUES(@i;, @t7200;, 30);\n"}, "", ""},
	{"actiwatch", "awd", FORM_LINES, "Anna\r\n28-Mar-2026\r\n22:00\r\n 4 \r\n00\r\nV1\r\nX\r\n",
		{MUST("12") "\r\n", MUST("7 M") "\r\n", MUST("5 , 0.35") "\r\n"}, "", "", .absent = "?\r\n"},
	{"actiwatch", "actiware", FORM_LINES,
		"\"Actiware Export File  (Version 06.00 )\"\r\n\r\n\"Actiwatch Type:\",\"Actiwatch Spectrum\"\r\n"
		"\"Time Zone Offset:\",\"+01:00\",\"hours:minutes\"\r\n\"Actiwatch Serial Number:\",\"S7\"\r\n\r\n"
		"\"Interval Type\",\"Interval#\",\"Start Date\",\"Start Time\",\"End Date\",\"End Time\",\"Duration\",\"Efficiency\","
		"\"Wake Time\",\"Sleep Time\",\"Onset Latency\",\"#Wake Bouts\",\r\n"
		"\"REST\",\"1\",\"28/3/2026\",\"23:00:00\",\"29/3/2026\",\"7:00:00\",\"480.00\",\"86.67\",\"64.00\",\"416.00\",\"20.00\",\"3\",\r\n\r\n"
		"\"Line\",\"Date\",\"Time\",\"Off-Wrist Status\",\"Activity\",\"Marker\",\"White Light\",\"Sleep/Wake\",\"Interval Status\",\r\n\r\n",
		{"\"1@i;\",\"28/3/2026\",\"" MUST("22:0@i;:00") "\",\"0\",\"12\",\"0\",\"0.21\",\"1\",\"ACTIVE\"\r\n"}, "", ""},
	{"apple", "export", FORM_XML,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (ExportDate,Me)>\n"
		"<!ATTLIST Record type CDATA #REQUIRED>\n]>\n<HealthData locale=\"de_DE\">\n <ExportDate value=\"2026-06-01 09:00:00 +0200\"/>\n",
		{SLEEP("@d; 23:41:00 +0200", "@e; 01:10:00 +0200", "AsleepCore"),
			SLEEP("@d; 23:00:00 +0200", "@e; 02:00:00 +0200", "InBed"),
			APPLE("QuantityTypeIdentifierHeartRate", " unit=\"" MUST("count/min") "\"", "@d; 23:30:00 +0200", "@d; 23:30:00 +0200", "62"),
			APPLE("QuantityTypeIdentifierStepCount", " unit=\"count\"", "@d; 12:00:00 +0200", "@d; 12:05:00 +0200", "41")},
		"", "</HealthData>\n"},
	{"fit", "levels", FORM_BINARY, .head = "", .make = fit_make, .mend = fit_mend},
	{"gadgetbridge", "minutes", FORM_SQL,
		DEVICES "CREATE TABLE HUAMI_EXTENDED_ACTIVITY_SAMPLE(" KEYS "RAW_INTENSITY INTEGER, STEPS INTEGER,"
		" RAW_KIND INTEGER, HEART_RATE INTEGER, DEEP_SLEEP INTEGER, REM_SLEEP INTEGER, " PK,
		{"WITH RECURSIVE k(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM k WHERE x < 39) INSERT INTO HUAMI_EXTENDED_ACTIVITY_SAMPLE"
			" SELECT @s0; + 60 * x, 1, 1, x, 0, 120, 50 + x, 128 + x, 2 * x FROM k;\n",
		"INSERT INTO HUAMI_EXTENDED_ACTIVITY_SAMPLE VALUES(" MUST("@s43200;") ", 1, 1, 80, 12, 1, 90, 0, 0);\n",
		"INSERT INTO HUAMI_EXTENDED_ACTIVITY_SAMPLE VALUES(" MUST("@s43260;") ", 2, 1, 3, 0, 115, 255, 0, 0);\n"}, "", ""},
	{"gadgetbridge", "records", FORM_SQL,
		DEVICES "CREATE TABLE XIAOMI_SLEEP_TIME_SAMPLE(" KEYS "WAKEUP_TIME INTEGER, IS_AWAKE INTEGER, TOTAL_DURATION INTEGER,"
		" DEEP_SLEEP_DURATION INTEGER, LIGHT_SLEEP_DURATION INTEGER, REM_SLEEP_DURATION INTEGER, AWAKE_DURATION INTEGER, " PK
		"CREATE TABLE XIAOMI_SLEEP_STAGE_SAMPLE(" KEYS "STAGE INTEGER, " PK
		"CREATE TABLE COLMI_SLEEP_SESSION_SAMPLE(" KEYS "WAKEUP_TIME INTEGER, " PK
		"CREATE TABLE COLMI_SLEEP_STAGE_SAMPLE(" KEYS "DURATION INTEGER, STAGE INTEGER, " PK,
		{"INSERT INTO XIAOMI_SLEEP_TIME_SAMPLE VALUES(" MUST("@m0;") ", 2, 1, @m7200;, 1, 110, 40, 60, 10, 10);\n"
			"INSERT INTO XIAOMI_SLEEP_STAGE_SAMPLE VALUES(@m0;, 2, 1, 3), (@m1800;, 2, 1, 2), (@m3600;, 2, 1, 4), (@m5400;, 2, 1, 5);\n",
		"INSERT INTO COLMI_SLEEP_SESSION_SAMPLE VALUES(" MUST("@m0;") ", 1, 1, @m7200;);\n"
			"INSERT INTO COLMI_SLEEP_STAGE_SAMPLE VALUES(@m0;, 1, 1, 60, 2), (@m3600;, 1, 1, 60, 3);\n"}, "", ""},
	{"gadgetbridge", "points", FORM_SQL,
		DEVICES "CREATE TABLE GARMIN_SLEEP_STAGE_SAMPLE(" KEYS "STAGE INTEGER, " PK
		"CREATE TABLE GARMIN_SLEEP_STATS_SAMPLE(" KEYS "SLEEP_SCORE INTEGER, " PK
		"CREATE TABLE GARMIN_EVENT_SAMPLE(" KEYS "EVENT INTEGER, EVENT_TYPE INTEGER, " PK
		"CREATE TABLE COLMI_HEART_RATE_SAMPLE(" KEYS "HEART_RATE INTEGER, " PK
		"CREATE TABLE COLMI_SPO2_SAMPLE(" KEYS "SPO2 INTEGER, " PK
		"CREATE TABLE GARMIN_HRV_VALUE_SAMPLE(" KEYS "VALUE INTEGER, " PK
		"CREATE TABLE HUAMI_SLEEP_RESPIRATORY_RATE_SAMPLE(" KEYS "UTC_OFFSET INTEGER, RATE INTEGER, " PK,
		{"INSERT INTO COLMI_HEART_RATE_SAMPLE VALUES(" MUST("@m0;") ", 1, 1, 60);\n",
			"INSERT INTO COLMI_SPO2_SAMPLE VALUES(" MUST("@m60;") ", 1, 1, 97);\n",
			"INSERT INTO GARMIN_SLEEP_STAGE_SAMPLE VALUES(@m0;, 1, 1, 2), (@m3600;, 1, 1, 3), (@m7200;, 1, 1, 4), (@m10800;, 1, 1, 1);\n"
			"INSERT INTO GARMIN_HRV_VALUE_SAMPLE VALUES(@m60;, 1, 1, 42);\nINSERT INTO GARMIN_SLEEP_STATS_SAMPLE VALUES(@m10800;, 1, 1, 77);\nINSERT INTO GARMIN_EVENT_SAMPLE VALUES(@m12000;, 1, 1, 74, 1);\n",
			"INSERT INTO HUAMI_SLEEP_RESPIRATORY_RATE_SAMPLE VALUES(" MUST("@m90;") ", 1, 1, 7200, 14);\n"}, "", ""},
	{"garmin", "connect", FORM_JSON, "",
		{"{\"dailySleepDTO\": {\"calendarDate\": " MUST("\"@e;\"") ", \"sleepTimeSeconds\": 25200, \"sleepStartTimestampGMT\": " MUST("@m0;")
			", \"sleepEndTimestampGMT\": " MUST("@m27000;") ", \"sleepStartTimestampLocal\": @m7200;, \"deepSleepSeconds\": 3600,"
			" \"lightSleepSeconds\": 18000, \"remSleepSeconds\": 3600, \"awakeSleepSeconds\": 1800}, \"remSleepData\": true,"
			" \"sleepLevels\": [{\"startGMT\": " MUST("\"@d;T22:00:00.0\"") ", \"endGMT\": \"@d;T23:00:00.0\", \"activityLevel\": "
			MUST("0.0") "}, {\"startGMT\": \"@d;T23:00:00.0\", \"endGMT\": " MUST("\"@e;T05:30:00.0\"") ", \"activityLevel\": 1.0}],"
			" \"sleepHeartRate\": [{\"startGMT\": @m60;, \"value\": 55}], \"hrvData\": [{\"startGMT\": @m60;, \"value\": 40.0}]}"},
		"\n", "\n"},
	{"garmin", "push", FORM_JSON, "{\"sleeps\": [",
		{"{\"summaryId\": \"x-@i;\", \"startTimeInSeconds\": " MUST("@s0;") ", \"startTimeOffsetInSeconds\": 7200, \"durationInSeconds\": 7200,"
			" \"awakeDurationInSeconds\": 600, \"sleepLevelsMap\": {\"light\": [{\"startTimeInSeconds\": " MUST("@s0;")
			", \"endTimeInSeconds\": " MUST("@s3600;") "}], \"deep\": [{\"startTimeInSeconds\": @s3600;, \"endTimeInSeconds\": @s7800;}]},"
			" \"validation\": \"ENHANCED_TENTATIVE\", \"timeOffsetSleepSpo2\": {\"0\": 97, \"60\": 96}}"}, ", ", "]}"},
	{"google_health", "points", FORM_JSON, "{\"dataPoints\": [",
		{"{\"name\": \"users/me/dataTypes/sleep/dataPoints/@i;\", \"sleep\": {\"interval\": {\"startTime\": " MUST(EVENING("22:00:00Z"))
			", \"startUtcOffset\": \"7200s\", \"endTime\": " MUST(MORNING("05:00:00Z")) ", \"endUtcOffset\": \"7200s\"}, \"type\": \"STAGES\","
			" \"stages\": [{\"startTime\": " EVENING("22:00:00Z") ", \"endTime\": " MUST(MORNING("01:00:00Z")) ", \"type\": " MUST("\"LIGHT\"")
			"}, {\"startTime\": " MORNING("01:00:00Z") ", \"endTime\": " MORNING("05:00:00Z") ", \"type\": \"DEEP\"}],"
			" \"metadata\": {\"processed\": true, \"nap\": false}, \"summary\": {\"minutesAsleep\": \"420\","
			" \"stagesSummary\": [{\"type\": \"LIGHT\", \"minutes\": \"180\"}]}, \"updateTime\": " MORNING("06:00:00Z") "}}"},
		",\n ", "]}"},
	{"hae", "days", FORM_JSON, "{\"data\": {\"metrics\": [{\"units\": \"hr\", \"name\": \"sleep_analysis\", \"data\": [",
		{"{\"date\": \"@e; 00:00:00 +0200\", \"totalSleep\": 6.25, \"asleep\": 0, \"core\": 3.75, \"deep\": 0.95, \"rem\": 1.55, \"awake\": 0.4,"
			" \"sleepStart\": " MUST("\"@d; 23:41:00 +0200\"") ", \"sleepEnd\": " MUST("\"@e; 07:20:00 +0200\"") ", \"source\": \"Watch\"}"},
		",\n  ", "]}]}}"},
	{"hae", "spans", FORM_JSON, "{\"data\": {\"metrics\": [{\"name\": \"sleep_analysis\", \"units\": \"hr\", \"data\": [",
		{"{\"startDate\": " MUST("\"@d; 23:00:00 +0200\"") ", \"endDate\": " MUST("\"@e; 01:00:00 +0200\"") ", \"value\": \"Core\", \"qty\": 2, \"source\": \"Watch\"}",
			"{\"startDate\": " MUST("\"@d; 23:00:00 +0200\"") ", \"endDate\": " MUST("\"@e; 02:00:00 +0200\"") ", \"value\": \"REM\", \"qty\": 3, \"source\": \"Ring\"}"},
		",", "]}]}}"},
	{"hae", "samples", FORM_JSON, "{\"data\": {\"metrics\": [{\"name\": \"heart_rate\", \"units\": \"count/min\", \"data\": [",
		{"{\"date\": " MUST("\"@d; 23:30:00 +0200\"") ", \"Min\": 52, \"Avg\": 54.5, \"Max\": 58}"},
		",", "]}, {\"name\": \"heart_rate_variability\", \"units\": \"ms\", \"data\": [{\"date\": \"2026-03-29 04:00:00 +0200\", \"qty\": 41.2}]}]}}"},
	{"health_connect", "post", FORM_JSON, "{\"timestamp\": \"2026-06-01T05:40:00Z\", \"app_version\": \"1\", \"sleep\": [",
		{"{\"session_end_time\": " MUST(MORNING("05:00:00Z")) ", \"duration_seconds\": " MUST("25200") ", \"stages\": [{\"stage\": "
			MUST("\"light\"") ", \"start_time\": " EVENING("22:00:00Z") ", \"end_time\": " MUST(MORNING("01:00:00Z"))
			"}, {\"stage\": 6, \"start_time\": " MORNING("01:00:00Z") ", \"end_time\": " MORNING("05:00:00Z") "}]}"},
		", ", "], \"heart_rate\": [{\"bpm\": 60, \"time\": \"2026-05-02T01:00:00Z\"}]}"},
	{"open_mhealth", "list", FORM_JSON, "[",
		{"{\"effective_time_frame\": {\"time_interval\": {\"start_date_time\": " MUST(EVENING("22:00:00Z"))
			", \"duration\": {\"value\": 7, \"unit\": \"h\"}}}, \"total_sleep_time\": {\"value\": 390, \"unit\": \"min\"},"
			" \"latency_to_sleep_onset\": {\"value\": 17.5, \"unit\": \"min\"}, \"number_of_awakenings\": 1, \"is_main_sleep\": true}",
		"{\"header\": {\"id\": \"o-@i;\", \"creation_date_time\": " MORNING("08:00:00Z") ", \"acquisition_provenance\": {\"source_name\": \"app\"}},"
			" \"body\": {\"effective_time_frame\": {\"time_interval\": {\"start_date_time\": " MUST(EVENING("22:00:00-08:00"))
			", \"end_date_time\": " MUST(MORNING("06:00:00-08:00")) "}}, \"total_sleep_time\": {\"value\": 465, \"unit\": \"min\"}}}"},
		",\n", "]"},
	{"oura", "collection", FORM_JSON, "{\"data\": [",
		{"{\"id\": " MUST("\"00000000-0000-4000-8000-00000000000@i;\"") ", \"type\": \"long_sleep\", \"bedtime_start\": " MUST(EVENING("22:00:00.000+02:00"))
			", \"bedtime_end\": " MUST(MORNING("00:00:00.000+02:00")) ", \"sleep_phase_5_min\": \"444422223333111122224444\", \"latency\": 300,"
			" \"total_sleep_duration\": 4800, \"awake_time\": 1200, \"efficiency\": 92, \"heart_rate\": {\"interval\": 300,"
			" \"items\": [null, 56.0, 57], \"timestamp\": " EVENING("22:00:00.000+02:00") "}}"}, ",\n", "], \"next_token\": null}"},
	{"polar", "nights", FORM_JSON, "{\"nights\": [",
		{"{\"date\": " MUST("\"@e;\"") ", \"sleep_start_time\": " MUST(EVENING("23:41:00+02:00")) ", \"sleep_end_time\": " MUST(MORNING("07:20:00+02:00"))
			", \"light_sleep\": 12600, \"deep_sleep\": 4500, \"rem_sleep\": 5400, \"sleep_score\": 74, \"hypnogram\": {\"23:41\": "
			MUST("2") ", \"01:10\": " MUST("4") ", \"03:05\": 0}, \"heart_rate_samples\": {\"23:41\": 60, \"23:46\": 58}}"}, ", ", "]}"},
	{"sleep_as_android", "export", FORM_LINES, "",
		{"Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,LenAdjust,Geo,\"22:01\",\"22:02\",\"Event\",\"Event\",\"Event\"\n"
			"\"" MUST("@m0;") "\",\"Europe/Berlin\",\"27. 11. 2020 7:38\",\"27. 11. 2020 7:40\",\"\",\"" MUST("7.5") "\",\"3.5\",\"a \"\"b\"\" \","
			"\"10007\",\"-1\",\"-1.0\",\"0\",\"-1.0\",\"0\",\"\",\"1.0\",\"10.0\",\"LIGHT_START-@m60;\",\"LIGHT_END-@m7200;\",\"HR-@m120;-61.0\"\n"}, "", ""},
	{"sleep_as_android", "live", FORM_JSON, "",
		{"{\"event\": \"sleep_tracking_started\", \"time\": @m0;}\n{\"event\": \"light_sleep\", \"time\": @m600;}\n"
			"{\"event\": \"rem\", \"time\": @m6000;}\n{\"event\": \"sleep_tracking_stopped\", \"time\": @m12000;}"}, "\n", "\n"},
	{"whoop", "records", FORM_JSON, "{\"records\": [",
		{"{\"id\": " MUST("\"00000000-0000-4000-8000-0000000000a@i;\"") ", \"updated_at\": " MORNING("07:00:00.110Z") ", \"start\": "
			MUST(EVENING("22:41:00.000Z")) ", \"end\": " MUST(MORNING("05:20:00.000Z")) ", \"timezone_offset\": \"+02:00\", \"nap\": false,"
			" \"score_state\": \"SCORED\", \"score\": {\"stage_summary\": {\"total_awake_time_milli\": 1440000, \"total_light_sleep_time_milli\": 12600000,"
			" \"total_rem_sleep_time_milli\": 5400000}, \"sleep_efficiency_percentage\": 93.98}}"}, ",\n", "], \"next_token\": null}"},
	{"withings", "segments", FORM_JSON, "{\"status\": 0, \"body\": {\"series\": [",
		{"{\"startdate\": " MUST("@s3600;") ", \"enddate\": " MUST("@s7200;") ", \"state\": " MUST("1") ", \"model\": \"Aura\", \"hr\": {\"@s3600;\": 70, \"@s3660;\": 0},"
			" \"rr\": {\"@s3600;\": 15}, \"hash_deviceid\": \"d\"}",
		"{\"startdate\": " MUST("@s0;") ", \"enddate\": " MUST("@s3600;") ", \"state\": " MUST("3") ", \"model\": \"Aura\", \"hash_deviceid\": \"d\"}"},
		", ", "], \"model\": 32}}"},
	{"withings", "summaries", FORM_JSON, "{\"status\": 0, \"body\": {\"series\": [",
		{"{\"id\": " MUST("208@i;") ", \"timezone\": \"Europe/Paris\", \"model\": 32, \"startdate\": " MUST("@s0;") ", \"enddate\": " MUST("@s27000;")
			", \"modified\": @s30000;, \"data\": {\"total_sleep_time\": 24000, \"waso\": 600, \"sleep_efficiency\": 0.86, \"sleep_latency\": 500, \"remsleepduration\": null}}"},
		", ", "], \"more\": false, \"offset\": 0}}"},
	{0},
};
/* clang-format on */
