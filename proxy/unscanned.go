package proxy

import (
	"encoding/base64"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/bodies"
)

// unscanned counts, by kind, the parts of a request that pass though nobody here
// can read them: pictures, documents, sound. What they show is not looked for,
// so a request with such a part is never "clean". Base64 of text is none of
// them, since the engine reads it; nor is what a provider sealed for itself.
func unscanned(leaves []bodies.Leaf) (kinds map[string]int) {
	for _, l := range leaves {
		if l.Class >= wire.ClassNever {
			continue
		}
		content, isData := dataURL(l.Text)
		if !isData && !l.Encoded {
			continue
		}
		if kind := kindOf(content); kind != "" {
			count(&kinds, kind, 1)
		}
	}
	return kinds
}

// dataURL returns the base64 in a data: URL (RFC 2397), or else the text itself.
func dataURL(text string) (content string, ok bool) {
	const mark, far = ";base64,", 256 // bytes in which the media type ends
	if !strings.HasPrefix(text, "data:") {
		return text, false
	}
	i := strings.Index(text[:min(len(text), far)], mark)
	if i < 0 {
		return text, false
	}
	return text[i+len(mark):], true
}

// sniffed is as much base64 as encodes the bytes that tell a content's kind.
const sniffed = 684

// kindOf tells what base64 encodes by its first bytes, whatever it is called. It
// is empty for text.
func kindOf(content string) string {
	media := http.DetectContentType(decoded(content[:min(len(content), sniffed)]))
	major, _, _ := strings.Cut(media, "/")
	switch {
	case major == "image", major == "audio", major == "video":
		return major
	case media == "application/ogg":
		return "audio"
	case media == "application/pdf":
		return "pdf"
	case major == "text" && utf8.Valid(decoded(content)):
		return ""
	default:
		return "other"
	}
}

// decoded undoes base64 in either alphabet, up to where it is none.
func decoded(content string) []byte {
	enc := base64.RawStdEncoding
	if strings.ContainsAny(content, "-_") {
		enc = base64.RawURLEncoding
	}
	content = strings.TrimRight(content, "=")
	b := make([]byte, enc.DecodedLen(len(content)))
	n, _ := enc.Decode(b, []byte(content))
	return b[:n]
}

// numbers is a group of counts by their names, in order.
func numbers(name string, counts map[string]int) slog.Attr {
	var list []any
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, slog.Int(key, counts[key]))
	}
	return slog.Group(name, list...)
}

// total adds counts up.
func total(counts map[string]int) (n int) {
	for _, k := range counts {
		n += k
	}
	return n
}
