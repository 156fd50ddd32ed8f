package hide_test

import (
	"strings"
	"testing"

	"coatcheck/redact/hide"
)

// FuzzLane cuts any text anywhere. Edits come in order, apart from each other,
// and only over text that is decided by then; what is decided stays so; in the
// end all of it is.
func FuzzLane(f *testing.F) {
	for _, text := range []string{
		"write to jane.roe@example.com, or (at) example (dot) org", "card 4111 1111 1111 1111 is IBAN GB82 WEST 1234 5698 7654 32",
		"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "\xff\xfe password: [KEY_7K3QXM] 卡号4111", `{"a":"b"}`, strings.Repeat("A1 ", 99),
	} {
		f.Add(text, uint64(0x9249))
	}
	j := judge(f)
	f.Fuzz(func(t *testing.T, text string, cuts uint64) {
		l := hide.NewLane(j)
		pushed, decided, at := 0, 0, 0
		look := func() {
			t.Helper()
			for {
				start, end, _, ok := l.Next()
				if !ok {
					break
				}
				if start < at || start >= end || end > l.Decided() || start < decided {
					t.Fatalf("edit [%d,%d) behind %d, decided %d then %d", start, end, at, decided, l.Decided())
				}
				at = end
			}
			if n := l.Decided(); n < decided || n > pushed {
				t.Fatalf("decided %d of %d, before that %d", n, pushed, decided)
			}
			decided = l.Decided()
		}
		for i := 0; pushed < len(text); i++ {
			n := min(len(text)-pushed, 1+int(cuts>>(i%61)&7)*int(cuts>>(i%59)&7))
			l.Push(text[pushed : pushed+n])
			pushed += n
			look()
		}
		l.Close()
		look()
		if decided != len(text) {
			t.Fatalf("decided %d of %d at the end", decided, len(text))
		}
	})
}
