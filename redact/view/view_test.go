package view

import (
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"
)

// found returns the original bytes of each place where a reading shows want.
func found(text, want string) (out []string) {
	for r := range new(Reader).Of(text) {
		for from := 0; ; {
			i := strings.Index(r.Text[from:], want)
			if i < 0 {
				break
			}
			from += i
			if start, end, ok := r.Place(from, from+len(want)); ok {
				out = append(out, text[start:end])
			}
			from += len(want)
		}
	}
	return out
}

// hidden is a text, what it hides, and the bytes that spell that.
type hidden struct{ name, text, want, bytes string }

func hiddenTexts() []hidden {
	mail := "jane@example.com"
	b64 := base64.StdEncoding.EncodeToString([]byte("write to " + mail + " today"))
	lines := b64[:28] + "\r\n" + b64[28:]
	twice := base64.StdEncoding.EncodeToString([]byte("again: " + b64))
	return []hidden{
		{"full-width", "call ４１１１ now", "4111", "４１１１"},
		{"Arabic digits", "no ٤١١١ٱ", "4111", "٤١١١"},
		{"mathematical digits", "𝟒𝟏𝟏𝟏", "4111", "𝟒𝟏𝟏𝟏"},
		{"full-width letters and signs", "ｊａｎｅ＠example.com", mail, "ｊａｎｅ＠example.com"},
		{"zero width inside", "x ja\u200bne@exam\u2060ple.com\u200b y", mail, "ja\u200bne@exam\u2060ple.com"},
		{"zero width before", "no\u200bjane@example.com", mail, "jane@example.com"},
		{"soft hyphen", "jane@exam\u00adple.com", mail, "jane@exam\u00adple.com"},
		{"bidirectional marks", "\u202ejane\u202c@example.com", mail, "jane\u202c@example.com"},
		{"Cyrillic in a Latin word", "jаne@ехample.com", mail, "jаne@ехample.com"},
		{"typesetter's dash", "219–09–9999", "219-09-9999", "219–09–9999"},
		{"non-breaking space", "4111\u00a01111", "4111 1111", "4111\u00a01111"},
		{"quotes of an assignment", "password = “x1”", `= "x1`, "= “x1"},
		{"percent", "a?m=jane%40example.com&x", mail, "jane%40example.com"},
		{"percent, twice", "jane%2540example%25252Ecom", mail, "jane%2540example%25252Ecom"},
		{"percent and UTF-8", "%EF%BC%94%EF%BC%91", "41", "%EF%BC%94%EF%BC%91"},
		{"entities", "jane&#64;example&period;com &#x34;1", mail, "jane&#64;example&period;com"},
		{"JSON escapes", `jane\u0040example.com`, mail, `jane\u0040example.com`},
		{"JSON in JSON", `jane\\u0040example.com`, mail, `jane\\u0040example.com`},
		{"an escape before a value", `"a\njane@example.com"`, "\n" + mail, `\njane@example.com`},
		{"surrogates", `\ud835\udfd2\ud835\udfcf`, "41", `\ud835\udfd2\ud835\udfcf`},
		{"hexadecimal escape", `jane\x40example.com`, mail, `jane\x40example.com`},
		{"quoted-printable", "jane=40exam=\r\nple.com", mail, "jane=40exam=\r\nple.com"},
		{"base64", "data: " + b64 + "!", mail, b64},
		{"base64 in lines", "\n" + lines + " ", mail, lines},
		{"base64 in base64", twice, mail, twice},
		{"digits one by one beside a date", "on 16/12/24 4 1 1 1 2 3 4 5 6 9 24-05-2024", "/24 4111234569 24-", "/24 4 1 1 1 2 3 4 5 6 9 24-"},
		{"digits one by one", "card 4 1 1 1 2 3 4 5 6 9 ok", "4111234569", "4 1 1 1 2 3 4 5 6 9"},
		{"spoken", "jane (at) example [dot] com", mail, "jane (at) example [dot] com"},
		{"spoken without brackets", "jane at example dot com", mail, "jane at example dot com"},
		{"a line break inside", "see jane@exam\n  ple.com", mail, "jane@exam\n  ple.com"},
		{"a key over two lines", "key = 'hf_xxyyzzA\nxxyyzzaabb'", "hf_xxyyzzAxxyyzzaabb", "hf_xxyyzzA\nxxyyzzaabb"},
		{"a mail address over two lines", "email JaneRoeExa\nmple@example.com", "JaneRoeExample@example.com", "JaneRoeExa\nmple@example.com"},
		{"and one without capitals", "E-Mail: janeroeexa\nmple@example.com", "janeroeexample@example.com", "janeroeexa\nmple@example.com"},
		{"a quoted word over two lines", `("correct` + "\n" + `horse",`, "correcthorse", "correct\nhorse"},
		{"in an element", "<pw>AbcdEfgh\nIjklMnop</pw>", "AbcdEfghIjklMnop", "AbcdEfgh\nIjklMnop"},
		{"a name above a value over two lines", "phone\n20255\n50182", "phone\n2025550182", "phone\n20255\n50182"},
		{"a number over two lines", "4111 1111\n1111 1111", "4111 1111 1111 1111", "4111 1111\n1111 1111"},
		{"a number broken in two", "41111111\r\n11111111", "4111111111111111", "41111111\r\n11111111"},
		{"after bytes that are not UTF-8", "\xff\xc3４１", "41", "４１"},
	}
}

// TestReadings: what a text hides is read, and comes back to exactly the bytes
// that spell it.
func TestReadings(t *testing.T) {
	for _, c := range hiddenTexts() {
		t.Run(c.name, func(t *testing.T) {
			got := found(c.text, c.want)
			if len(got) == 0 {
				t.Fatalf("%q is not read in %q", c.want, c.text)
			}
			for _, g := range got {
				if g != c.bytes {
					t.Errorf("read in %q, want %q", g, c.bytes)
				}
			}
		})
	}
}

// TestReadingsBetweenStretches: a text is looked at in stretches; what lies
// across the end of one is read as well.
func TestReadingsBetweenStretches(t *testing.T) {
	for _, c := range hiddenTexts() {
		for before := range len(c.text) + 1 {
			text := strings.Repeat("word ", stretch/5+1)[:stretch-before-1] + " " + c.text
			if got := found(text, c.want); len(got) == 0 || got[0] != c.bytes {
				t.Errorf("%s, %d bytes before the end: read in %q, want %q", c.name, before, got, c.bytes)
			}
		}
	}
}

// TestLongPieces: where there is no end of changes, pieces overlap, and no
// value is lost between two of them.
func TestLongPieces(t *testing.T) {
	const n = 50_000
	for name, filler := range map[string]string{"percent": "%41", "zero width": "\u00ad", "full-width": "Ａ", "gaps": "%41 abc "} {
		text := strings.Repeat(filler+"%20jane%40example.com%20", n)
		places, longest := map[int]bool{}, 0
		for r := range new(Reader).Of(text) {
			longest = max(longest, len(r.Text)+costOfChange*len(r.marks))
			for at := 0; ; {
				i := strings.Index(r.Text[at:], " jane@example.com ")
				if i < 0 {
					break
				}
				at += i + 1
				if start, _, ok := r.Place(at, at+len("jane@example.com")); ok {
					places[start] = true
				}
			}
		}
		if len(places) != n {
			t.Errorf("%s: %d of %d values are read", name, len(places), n)
		}
		if longest > maxPiece+2*(margin+wordReach)+costOfChange {
			t.Errorf("%s: a piece takes %d bytes", name, longest)
		}
	}
}

// TestOrdinaryTextHasNoOtherReading: what costs nothing must stay so.
func TestOrdinaryTextHasNoOtherReading(t *testing.T) {
	for _, text := range []string{
		"", "a", "Plain prose, with 12 numbers (or 3) and 100% of it.",
		"if err != nil { return fmt.Errorf(\"%d: %s\", n, name) }\n\tx := a[i] & b",
		"Привет, Анна. Как дела?", "naïve café — über “quoted” text…"[:20],
		"你好，世界"[:6], `{"a":"b\n","c":"\\d+"}`,
		"title: Something\nauthorName: else", "name: Something\nnothing odd",
		"see section 4.2\nfor more",
		"first line\nsecond line\n3 third", "/usr/local/share/doc/package/README.md",
		"a\n1\n2\nb", "number 447287946.\n08 is next", "number 447 287 946.\n08 | next", "to 447-287-946.\n8 next", "to 447287946\n04.05.2024", "tel 0199001234\njane@example.com",
		"KEY=q7Zk2mX9vB4nT1sW\nOTHER_ID2=x", "key: q7Zk2mX9vB4nT1sW\nx-api-key2: y", "pw: Tr0ub4dor\nTotal 5", "no 00010\nRIB", "+ a: q7Zk2mX9\n+ b", "a=4096\nb=1", "pw: Tr0ub4dor\n전화번호 1", "k: cTdaazJtWDl2QjRuVDFzVw==\nstringData", "k: amFuZTp0cjB1YjRkb3I=\nAuthorization", "d41d8cd98f00b204e9800998ecf8427e", "5f1d0c3e-8b7a-4c55-9a0e-6d2f4b1e7c90",
		"0 1 0 1 1 0 0 1 0 1 1 0",
	} {
		for r := range new(Reader).Of(text) {
			t.Errorf("%q is also read as %q", text, r.Text)
		}
	}
	text := strings.Repeat("Plain prose, of 12 words or more (see page 3).\n", 100)
	var reader Reader
	if n := testing.AllocsPerRun(10, func() { count(&reader, text) }); n > 1 {
		t.Errorf("%v allocations for ordinary text", n)
	}
}

// count returns how many readings there are.
func count(r *Reader, text string) (n int) {
	for range r.Of(text) {
		n++
	}
	return n
}

// TestFarFromChangesNothingIsNew: a piece's unchanged margin reports nothing.
func TestFarFromChangesNothingIsNew(t *testing.T) {
	text := "jane@example.com" + strings.Repeat(" word", 20) + " ４"
	if got := found(text, "jane@example.com"); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// TestReadingsAreBounded: hostile text has no more to read than a few times
// its own size, and what is held of it at a time does not grow with it.
func TestReadingsAreBounded(t *testing.T) {
	for _, piece := range []string{
		"%41", "%25", "&#64;", `\u0041`, `\\\\`, "=\n", "=3D", "４", "а", "aа", "\u200b", "4 ", "1\n", "123456\n", "a@b\n", " at a dot b",
		"(at)", "( at )  ", "QUFB", "QUFBQUFBQUFBQUFBQUFBQUFBQUFB\n", "\xff", strings.Repeat("x", 700) + "４",
	} {
		text, sum, held := strings.Repeat(piece, 2<<20/len(piece)), 0, 0
		var reader Reader
		for r := range reader.Of(text) {
			sum += len(r.Text)
			held = max(held, reader.size())
		}
		if sum > 6*len(text) {
			t.Errorf("%.10q…: %d bytes to read for %d", piece, sum, len(text))
		}
		if held > 2*len(text)+20<<20 {
			t.Errorf("%.10q…: %d bytes are held for %d", piece, held, len(text))
		}
		reader.Forget()
		if size := reader.size(); size > 1<<20 {
			t.Errorf("%.10q…: %d bytes are kept", piece, size)
		}
	}
}

// size is the memory of a reader, in bytes.
func (r *Reader) size() (n int) {
	for i := range r.levels {
		l := &r.levels[i]
		n += len(l.reading.Text) + cap(l.reading.marks)*int(unsafe.Sizeof(mark{}))
		n += (cap(l.changes.list) + cap(l.piece.list)) * int(unsafe.Sizeof(patch{}))
	}
	return n
}

// FuzzOf: every piece is whole characters if the text is, and every stretch
// of it comes back to a place within the text that grows with it.
func FuzzOf(f *testing.F) {
	for _, s := range []string{
		"ｊ@%40 &#64;\\u0041 a\nb@c", "=40=\n", "QUFBQUFBQUFBQUFBQUFBQUFBQUFB", "4 1 1 1 1 1 1 1 2 3", "x (at) y dot z", "\xff\u200b٣",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for r := range new(Reader).Of(text) {
			if !r.whole && utf8.ValidString(text) && !utf8.ValidString(r.Text) {
				t.Fatalf("%q reads as %q, which is not UTF-8", text, r.Text)
			}
			last := 0
			for i := range len(r.Text) {
				start, end, ok := r.Place(i, i+1)
				if !ok {
					continue
				}
				if start < 0 || end > len(text) || start > end || start < last {
					t.Fatalf("%q: byte %d of %q is at [%d,%d)", text, i, r.Text, start, end)
				}
				last = start
			}
		}
	})
}

func BenchmarkOf(b *testing.B) {
	for name, text := range map[string]string{
		"prose":  strings.Repeat("A customer bought a road bike in March, rode it for 1,200 km (or so) and reports.\n", 100),
		"source": strings.Repeat("\tfor i, it := range items { log.Printf(\"%d: %s\\n\", i, it.Name) } // see 4.2\n", 100),
		"German": strings.Repeat("Die Verkäuferin möchte über Größen und Preise „genau“ Bescheid wissen – schnell.\n", 100),
		"Han":    strings.Repeat("我想知道这个产品的价格是多少，以及什么时候可以送到。", 100),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			var reader Reader
			for b.Loop() {
				count(&reader, text)
			}
		})
	}
}
