# SPDX-License-Identifier: MIT
# Catalogues to a C table for daemon/core/tr.c. usage:
# LC_ALL=C awk -v out=tr_table.c -f table.awk po/*.po
# Strings of a .po file are written as in C, so that they are copied as they stand. Entries
# without a translation and fuzzy ones are left out, as msgfmt leaves them out.

function finish(    i, key) {
	if (id != "" && form[0] != "" && !fuzzy) {
		key = id
		gsub(/\\"/, "\"", key)
		gsub(/\\n/, "\n", key)
		gsub(/\\\\/, "\\", key)
		for (i = n++; i > 0 && keys[i - 1] > key; i--) {
			keys[i] = keys[i - 1]
			rows[i] = rows[i - 1]
		}
		keys[i] = key
		rows[i] = "\t{\"" id "\", {\"" form[0] "\", \"" (many ? form[1] : form[0]) "\"}},"
	}
	id = form[0] = form[1] = ""
	fuzzy = many = 0
	into = ""
}

function end_of_file(    i) {
	finish()
	if (language == "")
		return
	printf "static const struct tr_entry %s[] = {\n", language > out
	for (i = 0; i < n; i++)
		print rows[i] > out
	print "};" > out
	languages[language] = n
	n = 0
}

BEGIN {
	print "/* made by po/table.awk */" > out
	print "#include \"core/tr_table.h\"" > out
}
FNR == 1 {
	end_of_file()
	language = FILENAME
	sub(/.*\//, "", language)
	sub(/\.po$/, "", language)
}
/^#~/ { next }
/^#,.*fuzzy/ { finish(); fuzzy = 1; next }
/^#/ { if (into != "") finish(); next }
/^msgid / { if (into != "") finish(); into = "id" }
/^msgid_plural / { many = 1; into = "plural" }
/^msgstr / { into = "0" }
/^msgstr\[0\] / { into = "0" }
/^msgstr\[1\] / { into = "1" }
/"/ {
	s = $0
	sub(/^[^"]*"/, "", s)
	sub(/"[ \t\r]*$/, "", s)
	if (into == "id")
		id = id s
	else if (into == "0" || into == "1")
		form[into] = form[into] s
}
END {
	end_of_file()
	print "const struct tr_table tr_tables[LANGUAGES] = {" > out
	for (l in languages)
		printf "\t[LANGUAGE_%s] = {%s, %d},\n", toupper(l), l, languages[l] > out
	print "};" > out
}
