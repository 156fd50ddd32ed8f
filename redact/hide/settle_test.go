package hide

import "testing"

// TestSettled: the bar stands where the settled part of a text ends.
func TestSettled(t *testing.T) {
	for _, s := range []string{
		"|", "|Hel", "Hello |wor", "Hello |world ", "Hello world |i", "It is |so",
		"mail |jane.roe@exam", "mail jane.roe@example.com, |", `"jane.roe@example.com"|`, `{"mail":|"jane.ro`,
		"card |4111 1111 11", "card |4111 1111 1111 1111 ", "card |4111 1111 1111 1111 is", "card 4111 1111 1111 1111 |number", "card 4111 1111 is |number ",
		"|IBAN GB29 NWBK 6016 1331", "code |RSSMRA 85T10 A5", "code |RSSMRA ", "from |NASA ", "call |+1 (202) 555 - 01",
		"write |jane ", "write |jane (at", "write |jane at example ", "write |jane at example dot c", "write |jane (at) example.org", "write jane |in",
		"key |-----BEG", "key:\n|-----BEGIN PRIVATE KEY-----\nMIIE\n", "key:\n|-----BEGIN PRIVATE KEY-----\nMIIE and more words\n-----END PRI",
		"卡号是|4111", "卡号是4111。|", "番号は|４１１１ １１",
	} {
		bar := -1
		text := ""
		for i, r := range s {
			if r == '|' {
				bar = i
				text = s[:i] + s[i+1:]
			}
		}
		if got := settled(text); got != bar {
			t.Errorf("%s: settled is %q", s, text[:got])
		}
	}
}
