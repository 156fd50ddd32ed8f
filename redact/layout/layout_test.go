package layout

import (
	"strings"
	"testing"
)

// TestName: the place is where the mark ¦ stands.
func TestName(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"JSON", `{"customer_ssn": "¦219"}`, "customer_ssn"},
		{"JSON, a word inside", `{"phone":"tel ¦202"}`, "phone"},
		{"JSON number", `{"a":1,"ssn":¦219}`, "ssn"},
		{"JSON in JSON", `{\"ssn\":\"¦219\"}`, "ssn"},
		{"single quotes", `{'ssn': '¦219'}`, "ssn"},
		{"array", `{"phones": ["1", "2", "¦3"]}`, "phones"},
		{"array in an array", `{"phones": [["1"], "¦3"]}`, "phones"},
		{"array in a later key", `{"phones": ["1"], "ids": ["2","¦3"]}`, "ids"},
		{"object with a generic key", `{"ssn": {"kind": "us", "value": "¦219"}}`, "ssn"},
		{"object with its own key", `{"person": {"phone": "¦219"}}`, "phone"},
		{"environment", "X=1\nSSN=¦219", "SSN"},
		{"assignment", `ssn := "¦219"`, "ssn"},
		{"log", "level=info user.phone=¦202", "user.phone"},
		{"words", "Please note, social security number: ¦219", "social security number"},
		{"words after a pair", "order: 7 my phone: ¦202", "my phone"},
		{"form", "a=1&tax_id=¦202&b", "tax_id"},
		{"YAML", "person:\n  ssn: ¦219", "ssn"},
		{"YAML list", "phones:\n  - 1\n  - ¦2", "phones"},
		{"YAML list in a list", "a:\n  phones:\n  - x: 1\n    y: 2\n  - ¦2", "phones"},
		{"XML", `<ssn kind="us" since="2024">¦219</ssn>`, "ssn"},
		{"XML attribute", `<a ssn="¦219">`, "ssn"},
		{"CSV", "name,ssn,city\nx,1,y\nz,¦2,w", "ssn"},
		{"CSV with quotes", "name;\"tax id\"\n\"a;b\";¦2", "tax id"},
		{"CSV below prose", "Here it is:\n\nname,ssn\nx,¦1", "ssn"},
		{"CSV with a broken cell", "a, b\nname,iban,ssn\n\"x\",\"y\nz\",\"12\n¦3\"\n", "ssn"},
		{"CSV below a broken record", "name,ssn\n\"x\ny\",\"1\"\n\"z\n\",\"¦2", "ssn"},
		{"quotes without a table", "f(\"a\", \"b\nc\", ¦1)", ""},
		{"TSV", "name\tssn\nx\t¦1", "ssn"},
		{"Markdown", "| name | **ssn** |\n|---|---|\n| x | ¦1 |", "ssn"},
		{"Markdown of names and values", "| Field | Value |\n|---|---|\n| *Tax id* | x |\n| ssn | ¦1 |", "ssn"},
		{"CSV of names and values", "key,value\nphone,1\n\"ssn\",¦219", "ssn"},
		{"SQL", "INSERT INTO t (a, `ssn`) VALUES ('x, y', '¦219')", "ssn"},
		{"SQL, second row", "insert into t (a, ssn, b)\nvalues ('x', '1', 2), ('y', '¦219', 3)", "ssn"},
		{"SQL with an apostrophe", "INSERT INTO t (a, ssn, b) VALUES ('O'Neil', '¦219', 'it''s')", "ssn"},
		{"SQL, doubled apostrophes", "INSERT INTO t (a, b, ssn) VALUES ('it''s, y', '''', '¦219')", "ssn"},
		{"SQL below its table", "CREATE TABLE `t` (\n `id` int(11) NOT NULL,\n `ssn` varchar(9),\n PRIMARY KEY (`id`)\n);\nINSERT INTO `t` VALUES (1,'¦219');", "ssn"},
		{"SQL of another kind", "INSERT INTO t VALUES (1,'¦219');", ""},
		{"PostgreSQL's rows", "COPY public.t (id, ssn, x) FROM stdin;\n1\t218\ty\n2\t¦219\tz\n\\.", "ssn"},
		{"YAML of names and values", "- name: OTHER\n  value: 1\n- name: DB_SSN\n  value: \"¦219\"", "DB_SSN"},
		{"JSON of names and values", `[{"name":"a","value":"1"},{"name":"ssn","value":"¦219"}]`, "ssn"},
		{"XML of names and values", `<add key="Tax id" value="¦219"/>`, "Tax id"},
		{"SQL, a column too long for a name", "INSERT INTO t (" + strings.Repeat("x", 100) + ", ssn) VALUES ('¦1', '2')", ""},
		{"prose", "call ¦202 now", ""},
		{"program text of as many columns", "\tx := f(a, \"password\")\n\tcheck(¦return)", ""},
		{"a table without a header", "1,2222\n3,¦4444", ""},
		{"a list without a name", `["1", "¦2"]`, ""},
		{"the beginning", "¦202", ""},
		{"a closed tag", "</a>¦202", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := strings.Index(c.text, "¦")
			var l Layout
			l.Reset(strings.Replace(c.text, "¦", "", 1))
			for range 2 { // what was learnt does not change the answer
				if got := l.Name(at); got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
			}
		})
	}
}

// TestNameFromTheMiddle: names are the same in whatever order places are asked for.
func TestNameFromTheMiddle(t *testing.T) {
	text := `{"ids": ["1000", "2000", ["3000"]], "phones": ["4000", "5000"], "x": {"y": ["6000"]}}` +
		"\nname,ssn\nann,7000\nbob,8000\n" + "INSERT INTO t (a, b) VALUES ('9000', '9100'), ('9200', '9300')"
	fresh := func(at int) string {
		var l Layout
		l.Reset(text)
		return l.Name(at)
	}
	var l Layout
	l.Reset(text)
	for _, v := range strings.Fields("1000 2000 3000 4000 5000 6000 7000 8000 9000 9100 9200 9300 2000 9300 5000 8000 7000 9000 1000") {
		at := strings.Index(text, v)
		if got, want := l.Name(at), fresh(at); got != want {
			t.Errorf("%s: got %q, want %q", v, got, want)
		}
	}
}

// FuzzName: any text, any place, any order.
func FuzzName(f *testing.F) {
	for _, s := range []string{`{"a":[1,"b"]}`, "a,b\n1,2", "x (a) VALUES ('b", "<a b>c", "a:\n- b", `\"a\":\"`} {
		f.Add(s, 3, 1)
	}
	f.Fuzz(func(t *testing.T, text string, a, b int) {
		var l Layout
		l.Reset(text)
		for _, at := range []int{a, b, a} {
			if 0 <= at && at <= len(text) {
				l.Name(at)
			}
		}
	})
}
