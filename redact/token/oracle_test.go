package token

import (
	"bytes"
	"flag"
	"maps"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	mdhtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
)

// The oracle asks a real reader: it renders the restored text as GitHub Markdown
// with raw HTML, parses that as a browser does, and looks for a value in
// anything that a browser would send somewhere.

var documents = flag.Int("documents", 20_000, "random documents for TestNoDocumentLeaks")

const (
	secretAddress = "zq7jane@mail.example"
	secretWord    = "Zq7Smith"
	secretMark    = "zq7" // in every secret, in lower case
)

var secrets = map[Token]string{
	{Label: "EMAIL", ID: "7K3QXM"}:  secretAddress,
	{Label: "PERSON", ID: "1A2B3C"}: secretWord,
}

var markdown = goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(mdhtml.WithUnsafe()))

var (
	urlAttributes = map[string]bool{
		"href": true, "src": true, "srcset": true, "action": true, "formaction": true, "poster": true, "data": true,
		"background": true, "cite": true, "ping": true, "xlink:href": true, "imagesrcset": true, "longdesc": true,
		"manifest": true, "codebase": true, "archive": true, "classid": true, "profile": true, "usemap": true,
		"icon": true, "dynsrc": true, "lowsrc": true, "srcdoc": true, "content": true, "style": true, "values": true,
		"to": true, "from": true, "by": true, "value": true, "name": true,
	}
	elementName = regexp.MustCompile(`^[a-z][a-z0-9:-]*$`)
	// An address in front of which more was written is still mail to that address.
	mailHref = regexp.MustCompile(`^mailto:[^@?]*` + regexp.QuoteMeta(secretAddress) + `$`)
	cssFetch = regexp.MustCompile(`(?is)(url|image-set|@import)`)
)

// leak returns where the rendered text would send a secret, or "".
func leak(text string) string {
	where, _ := leaks(text)
	return where
}

// leaks returns the first place as well as what is sent there.
func leaks(text string) (where, what string) {
	var page bytes.Buffer
	if err := markdown.Convert([]byte(text), &page); err != nil {
		return "not rendered", ""
	}
	root, err := html.Parse(&page)
	if err != nil {
		return "not parsed", ""
	}
	for n := range root.Descendants() {
		if n.Type == html.TextNode && holdsSecret(n.Data) {
			if where := sendingElement(n); where != "" && stoodBehind(text, where) {
				return where, n.Data
			}
		}
		if n.Type != html.ElementNode || !elementName.MatchString(n.Data) {
			continue
		}
		for _, a := range n.Attr {
			if !urlAttributes[strings.ToLower(a.Key)] && !strings.HasPrefix(a.Key, "on") || !holdsSecret(a.Val) {
				continue
			}
			if a.Key == "href" && mailHref.MatchString(a.Val) {
				continue
			}
			return n.Data + " " + a.Key, a.Val
		}
	}
	return "", ""
}

// sendingElement names the element around a text that makes it leave, or "".
func sendingElement(text *html.Node) string {
	for p := text.Parent; p != nil; p = p.Parent {
		if p.Data == "script" || p.Data == "form" || p.Data == "style" && cssFetch.MatchString(text.Data) {
			return p.Data
		}
	}
	return ""
}

// stoodBehind reports whether a secret stands behind the element's tag in the
// source, too. The renderer shows a paragraph with a table in its middle and a
// line under it behind that table; no guard of a stream can know that.
func stoodBehind(text, element string) bool {
	_, behind, _ := strings.Cut(strings.ToLower(text), "<"+element)
	return strings.Contains(behind, secretMark)
}

func holdsSecret(s string) bool {
	if plain, err := url.PathUnescape(s); err == nil && strings.Contains(strings.ToLower(plain), secretMark) {
		return true
	}
	return strings.Contains(strings.ToLower(s), secretMark)
}

// fragments are what random documents consist of.
var fragments = []string{
	"[EMAIL_7K3QXM]", "[PERSON_1A2B3C]", "EMAIL_7K3QXM", "[email-7k3qxm]", "\\[PERSON\\_1A2B3C\\]", "&#91;EMAIL_7K3QXM&#93;", "(PERSON_1A2B3C)",
	"[EMAIL_7K3QXM]", "[PERSON_1A2B3C]", "[EMAIL_7K3QXM", "%5BPERSON_1A2B3C%5D", "[**EMAIL_7K3QXM**]", "[EMAIL_7K3QXM's]",
	" ", " ", " ", "\n", "\n", "\n\n", "\n> ", "\n- ", "\n    ", "\n1. ", "\n# ", "> ", "\t", "\r\n", "\n```\n", "\n---\n", "\n| a | b |\n|---|---|\n| ", " | ",
	"text", "a", "x=", "?", "?q=", "&", "&amp;", "=", "#", "/", "//", "\\", "\\\\", ".", ",", ":", ";", "@", "!", "_", "*", "**", "~", "~~", "`", "``", "-", "+", "%", "$",
	"(", ")", "[", "]", "<", ">", "\"", "'", "{", "}", "^", "|",
	"http://", "https://", "http:", "https:", "ftp://", "HTTPS://", "www.", "WWW.", "evil.example", "evil.example/", "http://evil.example/", "https://evil.example/?q=", "www.evil.example/", "//evil.example/",
	"mailto:", "MAILTO:", "data:", "javascript:", "xmpp:", "x:", "foo@", "foo@evil.example", "@evil.example", ".evil.example", ".evil.example/", "&commat;", "&#64;", "&colon;", "&#58;", "&sol;", "&#47;", "&#x2f;",
	"](", "![", "![x](", "[x](", "[x](<", "[x](/", "[x](/a](", "](<", "\\](", "\\)", "\\(", "[x]", "[x]:", "[x]: ", "[x]: <", "[x]:\n", "![x]", "[x]: /", "[x]: http://evil.example/", " \"t\")", " 't'", " (t)",
	"<a", "<a ", "<a href=", "<a href=\"", "<a href='", "<img src=", "<img src=\"", "<img src='", "<img alt=\">\" src=\"", "<img\n", " src=\"", " src=", " href=\"/", "<a title='>' href='", "</a>", "<b>", "</b>", "<br>", "<p>", "<div>", "</div>", "<div ", "<div\n",
	"<!--", "-->", "<!-- \" -->", "<!-- ' -->", "<?", "?>", "<![CDATA[", "]]>", "<!x", "<script>", "<script", "</script>", "<style>", "</style>", "<style>a{background:url(", "url(", "url(\"", "@import ", "@import \"", "image-set(",
	"<form action=//evil.example><textarea>", "<textarea>", "</textarea>", "<title>", "<svg>", "<math>", "<table>", "<select>", "<option>", "<iframe src=\"", "<iframe srcdoc=\"", "<base href=\"", "<meta http-equiv=refresh content=\"0;url=", "<link href=", "<object data=", "<input value=\"", "<pre>", "<pre\n", "</pre>", "<xmp>", "<noscript>", "<plaintext>", "<http://evil.example/", "<x:", "<app:", "<web+x:", "<mailto:", "<foo@",
	strings.Repeat("a.", 30), ".a:/", "é", "\u00a0", "\u200b", "，", "\x00", "\xff",
}

func randomDocument(rnd *rand.Rand) string {
	var b strings.Builder
	for range 2 + rnd.IntN(14) {
		b.WriteString(fragments[rnd.IntN(len(fragments))])
	}
	return b.String()
}

// plant puts a token into a random place of text.
func plant(text string, rnd *rand.Rand) string {
	at := rnd.IntN(len(text) + 1)
	return text[:at] + fragments[rnd.IntN(13)] + text[at:]
}

func TestNoDocumentLeaks(t *testing.T) {
	l := live(secrets)
	var withoutGuard, restored, guarded int
	for seed := range uint64(*documents) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		text := plant(randomDocument(rnd), rnd)
		if leak(restore(t, NewRestorer(l, nil), text)) != "" {
			withoutGuard++
		}
		r := NewRestorer(l, URLGuard())
		out := restore(t, r, text)
		if where := leak(out); where != "" {
			t.Errorf("seed %d: %q leaks by %s: %q", seed, text, where, out)
		}
		c := r.Counts()
		restored += min(c.Restored, 1)
		guarded += min(c.Guarded, 1)
	}
	t.Logf("%d documents: %d leak without the guard; with it %d restored something, %d left something", *documents, withoutGuard, restored, guarded)
	if withoutGuard < *documents/20 || restored < *documents/5 {
		t.Error("the documents no longer test the guard")
	}
}

// TestNoHostileValueLeaks lets an attacker choose one of the values, too: what a
// tool returns is private text as far as the rules can tell.
func TestNoHostileValueLeaks(t *testing.T) {
	const firstHarmless = 13 // fragments before it are tokens
	hostile := Token{Label: "KEY", ID: "M4N5P6"}
	restored := 0
	for seed := range uint64(*documents) {
		rnd := rand.New(rand.NewPCG(seed, 10))
		var value strings.Builder
		for range 1 + rnd.IntN(4) {
			value.WriteString(fragments[firstHarmless+rnd.IntN(len(fragments)-firstHarmless)])
		}
		values := maps.Clone(secrets)
		values[hostile] = value.String()
		text := randomDocument(rnd) + hostile.String() + plant(randomDocument(rnd), rnd)
		r := NewRestorer(live(values), URLGuard())
		out := restore(t, r, text)
		if where := leak(out); where != "" {
			t.Errorf("seed %d: %q with %q leaks by %s: %q", seed, text, values[hostile], where, out)
		}
		restored += min(r.Counts().Restored, 1)
	}
	t.Logf("%d documents, %d restored something", *documents, restored)
	if restored < *documents/5 {
		t.Error("the documents no longer test the guard")
	}
}

// TestNoLiteralLeaks puts literals, which no guard holds back, between the values.
func TestNoLiteralLeaks(t *testing.T) {
	restored, both := 0, 0
	for seed := range uint64(*documents) {
		rnd := rand.New(rand.NewPCG(seed, 15))
		text := plant(randomDocument(rnd), rnd)
		for range 1 + rnd.IntN(2) {
			at := rnd.IntN(len(text) + 1)
			if next := strings.IndexAny(text[at:], "[EP"); next >= 0 && rnd.IntN(2) == 0 {
				at += next // next to a token
			}
			text = text[:at] + literal.String() + text[at:]
		}
		r := NewRestorer(live(withLiteral(literals[rnd.IntN(len(literals))])), URLGuard())
		out := restore(t, r, text)
		if where := leak(out); where != "" {
			t.Errorf("seed %d: %q leaks by %s: %q", seed, text, where, out)
		}
		restored += min(r.Counts().Restored, 1)
		if holdsSecret(out) && !strings.Contains(out, Literal) {
			both++
		}
	}
	t.Logf("%d documents, %d restored something, %d a value and every literal", *documents, restored, both)
	if restored < *documents/2 || both < *documents/10 {
		t.Error("the documents no longer test the guard")
	}
}

func FuzzNoDocumentLeaks(f *testing.F) {
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 4))
		f.Add(plant(randomDocument(rnd), rnd))
	}
	l := live(secrets)
	f.Fuzz(func(t *testing.T, text string) {
		if holdsSecret(text) {
			t.Skip("the text itself holds a secret")
		}
		out := restore(t, NewRestorer(l, URLGuard()), text)
		if where := leak(out); where != "" {
			t.Errorf("leaks by %s: %q", where, out)
		}
	})
}
