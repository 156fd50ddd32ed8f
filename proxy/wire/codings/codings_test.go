package codings

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// flusher compresses; after Flush a reader has all that was written.
type flusher interface {
	io.WriteCloser
	Flush() error
}

// compressors by the name of their coding; deflate comes in two forms.
var compressors = []struct {
	name, coding string
	to           func(io.Writer) flusher
}{
	{"gzip", "gzip", func(w io.Writer) flusher { return gzip.NewWriter(w) }},
	{"zlib", "deflate", func(w io.Writer) flusher { return zlib.NewWriter(w) }},
	{"bare deflate", "deflate", func(w io.Writer) flusher {
		f, err := flate.NewWriter(w, 6)
		if err != nil {
			panic(err)
		}
		return f
	}},
	{"br", "br", func(w io.Writer) flusher { return brotli.NewWriter(w) }},
	{"zstd", "zstd", func(w io.Writer) flusher {
		z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
		if err != nil {
			panic(err)
		}
		return z
	}},
}

// text is a hundred kilobytes of what is sent.
var text = bytes.Repeat([]byte(`{"role":"user","content":"Please write to jane.doe@example.com\nabout the order of last week"},`), 1<<10)

func compress(t testing.TB, to func(io.Writer) flusher, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := to(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestInflate(t *testing.T) {
	for _, c := range compressors {
		t.Run(c.name, func(t *testing.T) {
			body := compress(t, c.to, text)
			for _, header := range []string{c.coding, strings.ToUpper(c.coding), " identity , " + c.coding} {
				got, err := Inflate(header, body, 1<<20, 1000)
				if err != nil || !bytes.Equal(got, text) {
					t.Errorf("%q: %d bytes, %v", header, len(got), err)
				}
			}
			if got, err := Inflate(c.coding, nil, 1<<20, 1000); err != nil || len(got) > 0 {
				t.Errorf("empty: %q, %v", got, err)
			}
			if _, err := Inflate(c.coding, body[:len(body)/2], 1<<20, 1000); !errors.Is(err, ErrMalformed) {
				t.Errorf("cut in half: %v", err)
			}
			if _, err := Inflate(c.coding, append(bytes.Clone(body), "tail"...), 1<<20, 1000); !errors.Is(err, ErrMalformed) {
				t.Errorf("with a tail: %v", err)
			}
			if _, err := Inflate(c.coding, text, 1<<20, 1000); !errors.Is(err, ErrMalformed) {
				t.Errorf("not compressed: %v", err)
			}
			if got, err := Inflate(c.coding, body, int64(len(text)), 1000); err != nil || len(got) != len(text) {
				t.Errorf("at the limit: %v", err)
			}
			if _, err := Inflate(c.coding, body, int64(len(text))-1, 1000); !errors.Is(err, ErrTooLarge) {
				t.Errorf("over the limit: %v", err)
			}
		})
	}
}

func TestInflateRefusesBombs(t *testing.T) {
	bomb := make([]byte, 8<<20)
	for _, c := range compressors {
		body := compress(t, c.to, bomb)
		if _, err := Inflate(c.coding, body, 64<<20, 100); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %d bytes inflate: %v", c.name, len(body), err)
		}
		small := compress(t, c.to, bomb[:freeRatio])
		if got, err := Inflate(c.coding, small, 64<<20, 2); err != nil || len(got) != freeRatio {
			t.Errorf("%s: one MiB must pass at any ratio: %v", c.name, err)
		}
	}
}

func TestInflateRefusesWideWindows(t *testing.T) {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, zstd.WithWindowSize(16<<20))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // two writes: with the size unknown the window is declared
		if _, err := w.Write(bytes.Repeat([]byte("jane"), 5<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Inflate("zstd", b.Bytes(), 64<<20, 1<<20); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestInflateKnowsItsCodings(t *testing.T) {
	body := []byte("jane")
	for _, header := range []string{"", "identity", "Identity, identity"} {
		if got, err := Inflate(header, body, 4, 1); err != nil || &got[0] != &body[0] {
			t.Errorf("%q: %q, %v", header, got, err)
		}
	}
	if _, err := Inflate("", body, 3, 1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("over the limit: %v", err)
	}
	for _, header := range []string{"compress", "gzip, gzip", "gzip,br", "aws-chunked", "x"} {
		if _, err := Inflate(header, body, 100, 1); !errors.Is(err, ErrCoding) {
			t.Errorf("%q: %v", header, err)
		}
		if _, err := NewReader(header, nil); !errors.Is(err, ErrCoding) || Readable(header) {
			t.Errorf("%q: %v", header, err)
		}
	}
}

// TestReaderHandsOutFlushedEvents sends events one by one through a pipe and
// reads each before the next is sent: nothing may wait for more.
func TestReaderHandsOutFlushedEvents(t *testing.T) {
	events := []string{"data: {\"a\":1}\n\n", ": ping\n\n", "data: " + strings.Repeat("jane ", 20000) + "\n\n", "data: [DONE]\n\n"}
	for _, c := range compressors {
		t.Run(c.name, func(t *testing.T) {
			in, out := io.Pipe()
			next := make(chan bool)
			go func() {
				w := c.to(out)
				for _, e := range events {
					_, _ = io.WriteString(w, e)
					_ = w.Flush()
					<-next
				}
				_ = w.Close()
				_ = out.Close()
			}()
			r, err := NewReader(c.coding, in)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				got := make([]byte, len(e))
				if _, err := io.ReadFull(r, got); err != nil || string(got) != e {
					t.Fatalf("got %.40q, %v", got, err)
				}
				next <- true
			}
			if rest, err := io.ReadAll(r); err != nil || len(rest) > 0 {
				t.Errorf("at the end: %q, %v", rest, err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if _, err := r.Read(make([]byte, 1)); err == nil {
				t.Error("reads after Close")
			}
		})
	}
}

func TestReaderReturnsWhatIsThere(t *testing.T) {
	for _, c := range compressors {
		in, out := io.Pipe()
		go func() {
			w := c.to(out)
			_, _ = io.WriteString(w, "jane")
			_ = w.Flush() // and nothing follows
		}()
		r, err := NewReader(c.coding, in)
		if err != nil {
			t.Fatal(err)
		}
		p := make([]byte, 4096) // larger than the event
		if n, err := r.Read(p); err != nil || string(p[:n]) != "jane" {
			t.Errorf("%s: got %q, %v", c.name, p[:n], err)
		}
		_ = in.Close()
	}
}

func TestReaderTellsACutStream(t *testing.T) {
	for _, c := range compressors {
		body := compress(t, c.to, text)
		r, err := NewReader(c.coding, bytes.NewReader(body[:len(body)-3]))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(r); err == nil {
			t.Errorf("%s: a cut stream ends clean", c.name)
		}
		broken := io.MultiReader(bytes.NewReader(body[:len(body)/2]), brokenReader{})
		if r, err = NewReader(c.coding, broken); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(r); !errors.Is(err, errBroken) {
			t.Errorf("%s: the source's error became %v", c.name, err)
		}
	}
}

var errBroken = errors.New("connection reset")

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }

func TestAcceptEncoding(t *testing.T) {
	for client, want := range map[string]string{
		"":                         "identity",
		"*":                        "identity",
		"compress, sdch":           "identity",
		"gzip":                     "gzip",
		"br, gzip, deflate":        "br, gzip, deflate",
		"gzip;q=0.5,dcb, zstd;q=1": "gzip;q=0.5, zstd;q=1",
		"GZIP , *;q=0":             "GZIP",
		"identity;q=1, *;q=0":      "identity;q=1",
		",,gzip,":                  "gzip",
	} {
		if got := AcceptEncoding(client); got != want {
			t.Errorf("%q: got %q, want %q", client, got, want)
		}
	}
}

// FuzzInflate feeds arbitrary bytes to every decoder: none may crash or give
// more than the limit, and what comes out whole comes out of a stream as well.
func FuzzInflate(f *testing.F) {
	for i, c := range compressors {
		body := compress(f, c.to, []byte(strings.Repeat("jane@example.com ", 20)))
		f.Add(i, body)
		f.Add(i, body[:len(body)-2])
		f.Add(i, compress(f, c.to, make([]byte, 100<<10)))
	}
	f.Fuzz(func(t *testing.T, i int, body []byte) {
		const limit = 64 << 10
		c := compressors[uint(i)%uint(len(compressors))]
		whole, err := Inflate(c.coding, body, limit, 1000)
		if len(whole) > limit {
			t.Fatalf("%d bytes", len(whole))
		}
		if err != nil {
			return
		}
		r, err := NewReader(c.coding, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if streamed, err := io.ReadAll(r); err != nil || !bytes.Equal(streamed, whole) {
			t.Fatalf("streamed %d of %d bytes: %v", len(streamed), len(whole), err)
		}
	})
}
