package bodies

import (
	"bytes"
	"errors"
	"fmt"

	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/media"
	"coatcheck/proxy/wire/rawjson"
)

// format is how a body is read.
type format uint8

const (
	formatUnknown format = iota
	formatJSON
	formatLines
	formatText
	formatForm
)

// formatOf goes by the label and the first byte.
func formatOf(k media.Kind, src []byte) format {
	switch {
	case k == media.Lines:
		return formatLines
	case k == media.Text || k == media.Events:
		return formatText
	case k == media.JSON || braced(src[skipMark(src):]):
		return formatJSON
	case k == media.Form:
		return formatForm
	}
	return formatUnknown
}

// skipMark returns the length of a byte order mark of UTF-8. It stays in the
// body, since not every server minds it.
func skipMark(src []byte) int {
	if bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		return 3
	}
	return 0
}

// braced reports whether src begins like a JSON object or array.
func braced(src []byte) bool {
	src = bytes.TrimLeft(src, " \t\r\n")
	return len(src) > 0 && (src[0] == '{' || src[0] == '[')
}

func (c *collector) read(f format) error {
	start := skipMark(c.body.src)
	switch f {
	case formatLines:
		return c.lines(start)
	case formatText:
		return c.text(start)
	case formatForm:
		return c.form(start)
	default:
		return c.json(c.root, start, len(c.body.src), nil)
	}
}

// lines reads a JSON document a line. A route's table and its messages are of
// one document, so neither is used.
func (c *collector) lines(start int) error {
	rt := *wire.Untabled()
	rt.Messages = nil
	c.route, c.typed = &rt, false
	for line := 0; start < len(c.body.src); line++ {
		end := len(c.body.src)
		if i := bytes.IndexByte(c.body.src[start:], '\n'); i >= 0 {
			end = start + i
		}
		if len(bytes.TrimSpace(c.body.src[start:end])) > 0 {
			c.prefix = fmt.Appendf(c.prefix[:0], "/%d", line)
			if err := c.json(c.root, start, end, nil); err != nil {
				return err
			}
		}
		start = end + 1
	}
	return nil
}

// text reads a body that calls itself text. It is one leaf, unless it is JSON
// or JSON lines. What begins like JSON and is none is refused: a parser more
// lenient than ours could read escapes that the scan of the raw text misses.
func (c *collector) text(start int) error {
	if braced(c.body.src[start:]) {
		err := c.json(c.root, start, len(c.body.src), nil)
		if err == nil || !errors.Is(err, rawjson.ErrMalformed) {
			return err
		}
		c.rewind(mark{})
		if lines := c.lines(start); lines == nil || !errors.Is(lines, rawjson.ErrMalformed) {
			return lines
		}
		if looksLikeJSON(c.body.src[start:]) {
			return err
		}
		c.rewind(mark{})
		c.prefix = c.prefix[:0]
	}
	if bytes.IndexByte(c.body.src, 0) >= 0 {
		return fmt.Errorf("%w: text with NUL bytes", ErrEncoding)
	}
	return c.add(&found{
		leaf: Leaf{Kind: rawjson.KindString, Message: -1, Free: true, Text: c.root.text[start:]},
		spot: spot{in: c.root, start: start, end: len(c.body.src), how: plainText},
		note: note{block: -1},
	})
}

// looksLikeJSON tells JSON from text that begins with a bracket, like a log.
func looksLikeJSON(src []byte) bool {
	src = bytes.TrimLeft(src, " \t\r\n")
	if src[0] == '{' {
		return true
	}
	src = bytes.TrimLeft(src[1:], " \t\r\n")
	return len(src) > 0 && bytes.IndexByte([]byte(`{["`), src[0]) >= 0
}

// checkEncoding refuses text whose ASCII characters are not one byte each, by
// its label or by its first bytes.
func checkEncoding(ascii bool, src []byte) error {
	if !ascii {
		return fmt.Errorf("%w: by its charset", ErrEncoding)
	}
	wide := bytes.HasPrefix(src, []byte{0xfe, 0xff}) || bytes.HasPrefix(src, []byte{0xff, 0xfe}) ||
		len(src) > 1 && (src[0] == 0 || src[1] == 0)
	if wide {
		return fmt.Errorf("%w: UTF-16 or UTF-32", ErrEncoding)
	}
	return nil
}
