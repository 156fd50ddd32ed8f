package check

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
