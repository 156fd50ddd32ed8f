package token

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"coatcheck/redact/plain"
)

var testLabels = []string{
	"EMAIL", "PHONE", "CARD", "IBAN", "ID", "IP", "MAC", "KEY", "PERSON", "ADDRESS", "DATE", "PASSWORD", "URL", "USER",
}

func TestShieldFindsEverySpelling(t *testing.T) {
	s := NewShield(testLabels)
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"plain text", nil},
		{"the [EMAIL_7K3QXM] now", []string{"[EMAIL_7K3QXM]"}},
		{"[EMAIL_ABCDEF] [email-7k3qxm's]", []string{"[EMAIL_ABCDEF]", "[email-7k3qxm's]"}},
		{"[LITERAL_7K3QXM]", []string{"[LITERAL_7K3QXM]"}},
		{"email_7k3qxm, EMAIL 7K3QXM", []string{"email_7k3qxm", "EMAIL 7K3QXM"}},
		{"[EMAIL_7K3QXM](https://example.com)", []string{"EMAIL_7K3QXM"}},
		{"[EMAIL_7K3QXM](x)", []string{"[EMAIL_7K3QXM]"}},
		{`C:\EMAIL_7K3QXM\x C:\[EMAIL_7K3QXM]\x`, []string{"EMAIL_7K3QXM", "[EMAIL_7K3QXM]"}},
		{"[PERSON_1A2B3C and PERSON_9K3D2F]", []string{"PERSON_1A2B3C", "PERSON_9K3D2F"}},
		{"[PERSON_1A2B3C][PERSON_9K3D2F]", []string{"[PERSON_1A2B3C]", "[PERSON_9K3D2F]"}},
		{`\[EMAIL\_7K3QXM\] &#91;EMAIL_7K3QXM]`, []string{`\[EMAIL\_7K3QXM\]`, "&#91;EMAIL_7K3QXM]"}},
		{"[WIDGET_7K3QXM] [section_123456]", nil},
		{"email access, key points, ID 123456, [key points], [id 123456], user_defined", nil},
		{"id: 4f3a2b, ip 10x20x, max_tokens, USER_123456, user_token4", nil},
	} {
		var got []string
		for _, r := range s.Find(tt.in) {
			got = append(got, tt.in[r.Start:r.End])
		}
		if fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%q: found %q, want %q", tt.in, got, tt.want)
		}
	}
}

// everyToken is the largest live set that a text can ask for: every label with
// every six symbols that follow each other in it. Ids with escapes between the
// symbols are left to the live set of the other tests.
func everyToken(text string) *Live {
	var symbols []byte
	for i := range len(text) {
		if b := symbol(text[i]); b != 0 {
			symbols = append(symbols, b)
		}
	}
	var tokens []Token
	for _, label := range append([]string{Literal}, testLabels...) {
		for i := 0; i+idLen <= len(symbols); i++ {
			tokens = append(tokens, Token{Label: label, ID: string(symbols[i : i+idLen])})
		}
	}
	return NewLive(tokens, func(Token) (plain.Text, bool) { return plain.New("v"), true })
}

// checkShield fails if some live set finds a token that the shield does not hide.
func checkShield(t *testing.T, s *Shield, text string, lives ...*Live) {
	t.Helper()
	ranges := s.Find(text)
	last := 0
	for _, r := range ranges {
		if r.Start < last || r.End <= r.Start || r.End > len(text) {
			t.Fatalf("%q: ranges %v", text, ranges)
		}
		last = r.End
	}
	for _, l := range lives {
		r := NewRestorer(l, nil)
		r.Push(text)
		r.Close()
		for {
			start, end, _, ok := r.Next()
			if !ok {
				break
			}
			if !covered(ranges, start, end) {
				t.Errorf("%q: %q would be restored, the shield has %v", text, text[start:end], ranges)
			}
		}
	}
}

func covered(ranges []Range, start, end int) bool {
	for _, r := range ranges {
		if r.Start <= start && end <= r.End {
			return true
		}
	}
	return false
}

func TestShieldCoversEveryRestore(t *testing.T) {
	s := NewShield(testLabels)
	some := live(values)
	for seed := range uint64(4_000) {
		text := hostileText(rand.New(rand.NewPCG(seed, 6)))
		checkShield(t, s, text, some, everyToken(text))
	}
}

func FuzzShieldCoversEveryRestore(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(hostileText(rand.New(rand.NewPCG(seed, 7))))
	}
	s := NewShield(testLabels)
	some := live(values)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1000 {
			t.Skip("the live set grows with the text")
		}
		checkShield(t, s, text, some, everyToken(text))
	})
}

func TestShieldHidesFromEveryLiveSet(t *testing.T) {
	s := NewShield(testLabels)
	some := live(values)
	for seed := range uint64(5_000) {
		text := hostileText(rand.New(rand.NewPCG(seed, 8)))
		var shielded strings.Builder
		last := 0
		for _, r := range s.Find(text) {
			shielded.WriteString(text[last:r.Start] + "[LITERAL_0A0A0A]")
			last = r.End
		}
		shielded.WriteString(text[last:])
		if out := restore(t, NewRestorer(some, nil), shielded.String()); out != shielded.String() {
			t.Errorf("%q shielded as %q restores to %q", text, shielded.String(), out)
		}
	}
}

var ordinary = flag.String("ordinary", "", "folder of ordinary text for TestShieldLeavesOrdinaryText; Go's net packages by default")

func TestShieldLeavesOrdinaryText(t *testing.T) {
	root := *ordinary
	if root == "" {
		out, err := exec.Command("go", "env", "GOROOT").Output()
		if err != nil {
			t.Skipf("no Go tree to read: %v", err)
		}
		root = filepath.Join(strings.TrimSpace(string(out)), "src", "net")
	}
	s := NewShield(testLabels)
	size, hits := 0, 0
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		ordinaryText := strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".txt") || strings.HasSuffix(path, ".jsonl")
		if err != nil || d.IsDir() || !ordinaryText {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(root), path)
		if err != nil || !bytes.Contains(text, []byte{'\n'}) {
			return err
		}
		size += len(text)
		for _, r := range s.Find(string(text)) {
			hits++
			if hits <= 40 {
				t.Logf("%s: %q", path, text[r.Start:r.End])
			}
		}
		return nil
	})
	if err != nil || size < 1<<20 {
		t.Skipf("no Go tree to read: %d bytes, %v", size, err)
	}
	t.Logf("%d shields in %.1f MB", hits, float64(size)/1e6)
	if hits > size/500_000 {
		t.Errorf("%d shields in %d bytes of ordinary text", hits, size)
	}
}
