/* SPDX-License-Identifier: MIT */
/* The configuration that documents itself: every option with its help, range and default,
 * out of the table and out of the scorers' own descriptors. "# " is text, "#name" an option
 * to be taken into use by removing the '#'. */
#include <errno.h>
#include <string.h>

#include "config_table.h"
#include "sys/loader.h"

#define WIDTH 78

static const char *const head =
	"dozed's configuration. Every option is shown at its default: remove the # "
	"before one "
	"to change it. Durations have a unit (s, min, h, d) and, like all texts with "
	"blanks, "
	"stand in quotes. `dozed check` reads this file and says what is wrong with it.";

static void
print_wrapped(FILE *out, const char *indent, const char *text)
{
	size_t room = WIDTH - 2 - (indent[0] ? 8 : 0);
	while (*text) {
		size_t n = strlen(text);
		if (n > room)
			for (n = room; n > 0 && text[n] != ' '; n--)
				;
		if (n == 0) /* one word longer than a line */
			n = strcspn(text, " ");
		fprintf(out, "%s# %.*s\n", indent, (int)n, text);
		text += n;
		text += strspn(text, " ");
	}
}

static void
range_text(const struct config_option *o, char *ret, size_t size)
{
	char min[32], max[32];
	ret[0] = '\0';
	if (o->kind == CONFIG_INT || o->kind == CONFIG_REAL) {
		snprintf(ret, size, " From %g to %g.", o->min, o->max);
	} else if (o->kind == CONFIG_SECONDS || o->kind == CONFIG_MS) {
		config_duration_text(o->min, min);
		config_duration_text(o->max, max);
		snprintf(ret, size, " From %s to %s.", min, max);
	} else if (o->kind == CONFIG_CHOICE) {
		snprintf(ret, size, " One of %s.", o->choices);
	}
}

/* A long list goes on in the next line, which has its own #. */
static void
print_default(FILE *out, const char *indent, const struct config_option *o)
{
	size_t room = WIDTH - strlen(o->name) - 4;
	const char *text = o->def;
	fprintf(out, "%s#%s = ", indent, o->name);
	while (strlen(text) > room) {
		size_t n = room;
		while (n > 0 && text[n] != ' ')
			n--;
		if (n == 0)
			break;
		fprintf(out, "%.*s\n%s#\t", (int)n, text, indent);
		text += n + 1;
		room = WIDTH - 8;
	}
	fprintf(out, "%s\n", text);
}

static void
print_options(FILE *out, const char *section, const char *indent)
{
	for (const struct config_option *o = config_options; o->name; o++) {
		char text[512], range[96];
		if (strcmp(o->section, section) != 0 || o->kind == CONFIG_SECRET)
			continue;
		range_text(o, range, sizeof range);
		snprintf(text, sizeof text, "%s%s", o->help, range);
		fputc('\n', out);
		print_wrapped(out, indent, text);
		print_default(out, indent, o);
	}
}

static void
print_option_value(FILE *out, const struct scorer_option *o)
{
	const char *word = o->choices;
	for (int i = 0; word && i < (int)o->def; i++)
		word += strcspn(word, "|") + 1;
	if (word)
		fprintf(out, "#\t%s = %.*s\n", o->name, (int)strcspn(word, "|"), word);
	else
		fprintf(out, "#\t%s = %.10g\n", o->name, o->def);
}

static void
print_scorer(FILE *out, const struct scorer *s)
{
	char text[768];
	snprintf(text, sizeof text, "%s %s: %s", s->name, s->version, s->summary);
	fputc('\n', out);
	print_wrapped(out, "", text);
	if (!s->options || !s->options[0].name)
		return;
	fprintf(out, "#scorer \"%s\" {", s->name);
	for (const struct scorer_option *o = s->options; o->name; o++) {
		const char *unit = o->unit ? o->unit : "";
		int bare = strcmp(unit, "1") == 0 || unit[0] == '\0';
		if (o->choices)
			snprintf(text, sizeof text, "%s; one of %s", o->help, o->choices);
		else
			snprintf(text, sizeof text, "%s; %.10g to %.10g%s%s", o->help,
				o->min, o->max, bare ? "" : " ", bare ? "" : unit);
		fputc('\n', out);
		print_wrapped(out, "#\t", text);
		print_option_value(out, o);
	}
	fputs("#}\n", out);
}

static void
print_scorers(FILE *out, const char *dir)
{
	struct loader *loader = NULL;
	const struct config_option *o = config_option_find("root", "scorers");
	char why[LOADER_WHY_LEN], name[NAME_LEN];
	if (loader_new(dir, &loader) != 0) {
		fputc('\n', out);
		print_wrapped(out, "",
			"(The scorers' own options are not shown: scorer_dir "
			"cannot be opened.)");
		return;
	}
	for (const char *s = o->def; (s = strchr(s, '"'));) {
		size_t n = strcspn(++s, "\"");
		const struct scorer *desc;
		snprintf(name, sizeof name, "%.*s", (int)n, s);
		s += n + 1;
		if (loader_open(loader, name, &desc, why) == 0)
			print_scorer(out, desc);
	}
	loader_free(loader);
}

/* What the options of a titled section mean; the example follows. */
static void
print_titled(FILE *out, const char *section, const char *intro)
{
	char text[640], range[96];
	fputc('\n', out);
	print_wrapped(out, "", intro);
	for (const struct config_option *o = config_options; o->name; o++)
		if (strcmp(o->section, section) == 0 && o->kind != CONFIG_SECRET) {
			int named = strcmp(section, "person") == 0;
			range[0] = '\0';
			if (!named && o->def && strcmp(o->def, "\"\"") != 0)
				snprintf(range, sizeof range, " Default %s.", o->def);
			snprintf(text, sizeof text, "%s: %s%s", o->name, o->help, range);
			print_wrapped(out, "", text);
		}
}

static void
print_examples(FILE *out)
{
	print_titled(out, "person",
		"People. A section each; its name is the person's part of every "
		"topic: 1 to 32 of a-z, 0-9, '_' and '-'.");
	fputs("#person \"anna\" {\n#\tname = \"Anna\"\n#\ttimezone = \"Europe/Berlin\"\n"
	      "#\tdevices = {\"sim/band1\", \"fitbit/*\"}\n"
	      "#\tnights = {\"session\", \"markers\", \"rest\", \"activity\"}\n"
	      "#\tretention = \"0 s\"\n#\tlanguage = en\n#\tdiscreet = true\n"
	      "#\tsleep_prompt = \"08:30\"\n#\tpain_prompt = \"20:30\"\n"
	      "#\tquiet_from = \"22:00\"\n#\tquiet_until = \"06:00\"\n#\tpush = "
	      "{\"phone\"}\n#}\n",
		out);
	print_titled(out, "push",
		"Push: ways to reach a phone, a section each, which a person names in "
		"push. Nothing is pushed unless somebody does. docs/push.md shows one "
		"of every kind.");
	fputs("#push \"phone\" {\n#\tkind = ntfy\n#\turl = \"https://ntfy.sh\"\n"
	      "#\ttopic = \"a-long-name-that-nobody-guesses\"\n"
	      "#\ttoken_file = \"/etc/dozed/push-phone\"\n#}\n",
		out);
}

int
config_defaults_print(FILE *out, const char *scorer_dir)
{
	print_wrapped(out, "", head);
	print_options(out, "root", "");
	for (size_t i = 0; i < CONFIG_SECTIONS; i++) {
		fprintf(out, "\n%s {", config_sections[i]);
		print_options(out, config_sections[i], "\t");
		fputs("}\n", out);
	}
	print_scorers(out, scorer_dir);
	print_examples(out);
	fflush(out);
	return ferror(out) ? -EIO : 0;
}
