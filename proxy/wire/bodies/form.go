package bodies

import (
	"bytes"
	"encoding/hex"

	"coatcheck/proxy/wire/rawjson"
)

// form reads an application/x-www-form-urlencoded body. Names and values are
// leaves; a value that holds JSON is opened like any string.
func (c *collector) form(start int) error {
	for start <= len(c.body.src) {
		end := len(c.body.src)
		if i := bytes.IndexByte(c.body.src[start:], '&'); i >= 0 {
			end = start + i
		}
		if err := c.pair(start, end); err != nil {
			return err
		}
		start = end + 1
	}
	return nil
}

// pair reads one field of a form.
func (c *collector) pair(start, end int) error {
	split := end
	if i := bytes.IndexByte(c.body.src[start:end], '='); i >= 0 {
		split = start + i
	}
	if err := c.decoding(c.root.text[start:end], '%'); err != nil {
		return err
	}
	key := c.formLeaf(rawjson.KindKey, start, split)
	p := rawjson.Member([]byte(key.leaf.Text))
	if key.leaf.Text != "" {
		c.name(&key, p, nil)
		if err := c.add(&key); err != nil {
			return err
		}
	}
	value := c.formLeaf(rawjson.KindString, min(split+1, end), end)
	if value.leaf.Text == "" {
		return nil
	}
	c.name(&value, p, nil)
	return c.open(&value)
}

func (c *collector) formLeaf(k rawjson.Kind, start, end int) found {
	f := found{
		leaf: Leaf{Kind: k, Message: -1, Free: true},
		spot: spot{in: c.root, start: start, end: end, how: formField},
		note: note{block: -1},
	}
	f.leaf.narrow()
	f.leaf.Text, f.spot.offs = unescapeForm(c.root.text[start:end])
	return f
}

// unescapeForm decodes percent-encoding. A percent sign without two digits
// stands for itself, as the WHATWG URL standard has it.
func unescapeForm(raw string) (string, offsets) {
	var offs offsets
	var octet [1]byte
	text := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '+':
			text = append(text, ' ')
		case c == '%' && i+2 < len(raw) && unhex(octet[:], raw[i+1:i+3]):
			offs = append(offs, escaped{len(text), i, 1, 3})
			text = append(text, octet[0])
			i += 2
		default:
			text = append(text, c)
		}
	}
	return string(text), offs
}

// unhex decodes hexadecimal digits. It is false where raw holds others.
func unhex(dst []byte, raw string) bool {
	_, err := hex.Decode(dst, []byte(raw))
	return err == nil
}

// escapeForm appends s percent-encoded, with the characters left alone that
// the WHATWG URL standard leaves alone in forms.
func escapeForm(dst []byte, s string) []byte {
	const upperHex = "0123456789ABCDEF"
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '*', c == '-', c == '.', c == '_':
			dst = append(dst, c)
		case c == ' ':
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}
