package validate

import (
	"net/netip"
	"strings"
)

// fileEndings are domain-shaped endings of file names: "icon@2x.png" is no address.
var fileEndings = map[string]bool{
	"png": true, "jpg": true, "jpeg": true, "gif": true, "svg": true, "webp": true, "bmp": true, "ico": true,
	"css": true, "js": true, "mjs": true, "ts": true, "tsx": true, "jsx": true, "map": true, "json": true,
	"html": true, "xml": true, "yaml": true, "yml": true, "toml": true, "lock": true, "tgz": true, "tar": true,
	"gz": true, "go": true, "py": true, "rb": true, "java": true, "cpp": true, "hpp": true, "txt": true,
	"pdf": true, "exe": true, "dll": true, "so": true, "service": true,
}

// email refuses what has an address's shape but is a file, a package or a unit.
func email(s string) bool {
	at := strings.LastIndexByte(s, '@')
	dot := strings.LastIndexByte(s, '.')
	if at <= 0 || dot < at {
		return false
	}
	return !fileEndings[strings.ToLower(s[dot+1:])]
}

// ip parses an address as net/netip does, with an optional prefix length or zone.
func ip(s string) bool {
	if a, _, ok := strings.Cut(s, "/"); ok {
		s = a
	}
	a, err := netip.ParseAddr(s)
	return err == nil && a.WithZone("") != netip.IPv6Unspecified()
}

// mac refuses an address of one repeated digit, which is padding.
func mac(s string) bool {
	first := s[0]
	for i := range len(s) {
		c := s[i]
		if isAlnum(c) && c != first {
			return true
		}
	}
	return false
}

// phone checks a number's length (ITU-T E.164: 15 digits; the shortest national
// numbers with separators have 6; an extension adds up to 6) and refuses one
// repeated digit and plain dates. Two zeros may stand for the plus. Without plus,
// trunk zero and extension there are up to 13: a country and a national number.
func phone(s string) bool {
	var buf [22]byte
	d, ok := digits(buf[:], s)
	if !ok || len(d) < 6 || uniform(d) {
		return false
	}
	if len(d) > 17 && !strings.ContainsAny(s, "xXeE#") {
		return false
	}
	if len(d) > 13 && d[0] != '0' && s[0] != '+' && !strings.ContainsAny(s, "+xXeE#") {
		return false
	}
	return s[0] == '+' || !isDate(s)
}

// isDate reports whether s reads as year, month, day in a usual order with one
// kind of separator.
func isDate(s string) bool {
	var part [3]int
	var width [3]int
	n, sep := 0, byte(0)
	for i := range len(s) {
		c := s[i]
		switch {
		case isDigit(c):
			if width[n]++; width[n] > 4 {
				return false
			}
			part[n] = part[n]*10 + int(c-'0')
		case n < 2 && width[n] > 0 && (sep == 0 || c == sep):
			sep = c
			n++
		default:
			return false
		}
	}
	if n != 2 {
		return false
	}
	day, month := func(v int) bool { return 1 <= v && v <= 31 }, func(v int) bool { return 1 <= v && v <= 12 }
	year := func(i int) bool { return width[i] == 4 && 1900 <= part[i] && part[i] <= 2100 }
	switch {
	case year(0):
		return month(part[1]) && day(part[2]) || day(part[1]) && month(part[2])
	case year(2) || width[2] == 2:
		return width[0] <= 2 && width[1] <= 2 &&
			(day(part[0]) && month(part[1]) || month(part[0]) && day(part[1]))
	}
	return false
}

// named tells what may be a number beside a name for it from a date, a count or
// a word: five digits, or three digits and three letters; no date, not all zeros.
func named(s string) bool {
	var buf [40]byte
	d, ok := digits(buf[:], s)
	if !ok || isDate(s) || len(d) == 0 || uniform(d) && d[0] == '0' {
		return false
	}
	letters := 0
	for i := range len(s) {
		if isUpper(s[i]) || isLower(s[i]) {
			letters++
		}
	}
	return len(d) >= 5 || len(d) >= 3 && letters >= 3
}
