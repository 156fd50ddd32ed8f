package proxy_test

import (
	"testing"

	"coatcheck/proxy"
)

// FuzzMasked cuts any text anywhere: the edits of both lanes come in one order,
// apart from each other, and only over text that is decided by then.
func FuzzMasked(f *testing.F) {
	for _, text := range []string{
		"You are [EMAIL_7K3QXM], not " + stranger + ".", "password: [EMAIL_7K3QXM]x9!", "4111 1111 [EMAIL_7K3QXM] 1111 1111",
		"jane@[email_7k3qxm].example.com", "EMAIL_7K3QXM@example.org and EMAIL_7K3QXM", "https://x.example/?q=[EMAIL_7K3QXM]&m=" + stranger,
	} {
		f.Add(text, uint64(0x9249))
	}
	live, judge := liveAndJudge(f)
	f.Fuzz(func(t *testing.T, text string, cuts uint64) {
		l := proxy.MaskedLane(judge, live)
		pushed, decided, at := 0, 0, 0
		look := func() {
			t.Helper()
			for {
				start, end, _, ok := l.Next()
				if !ok {
					break
				}
				if start < at || start >= end || start < decided || end > pushed {
					t.Fatalf("edit [%d,%d) behind %d, decided %d, pushed %d", start, end, at, decided, pushed)
				}
				at = end
			}
			n := l.Decided()
			if n < decided || n < at || n > pushed {
				t.Fatalf("decided %d of %d, before that %d, edited to %d", n, pushed, decided, at)
			}
			decided = n
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
