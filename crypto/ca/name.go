package ca

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// hosts are the names and suffixes that an authority stands for.
type hosts struct {
	names    map[string]bool
	suffixes []string // without "*."
}

// parseHosts reads Options.Hosts and names every fault at once.
func parseHosts(list []string) (hosts, error) {
	h := hosts{names: map[string]bool{}}
	var faults []error
	for _, entry := range list {
		suffix, wild := strings.CutPrefix(entry, "*.")
		name, err := normalise(suffix)
		switch {
		case err != nil:
			faults = append(faults, fmt.Errorf("host %q: %w", entry, err))
		case wild && !strings.Contains(name, "."):
			faults = append(faults, fmt.Errorf("host %q: a suffix needs two labels or more", entry))
		case wild:
			h.suffixes = append(h.suffixes, name)
		default:
			h.names[name] = true
		}
	}
	// No constraint at all would mean every host there is.
	if len(list) == 0 {
		faults = append(faults, errors.New("an authority needs at least one host"))
	}
	return h, errors.Join(faults...)
}

// constraints returns the names as RFC 5280 4.2.1.10 spells them: each permits
// itself and everything below. A suffix therefore permits its own name too,
// for which match gives no certificate.
func (h hosts) constraints() []string {
	list := slices.Clone(h.suffixes)
	for name := range h.names {
		list = append(list, name)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// match returns the host in the form that certificates carry.
func (h hosts) match(name string) (string, error) {
	host, err := normalise(name)
	if err != nil {
		return "", err
	}
	if h.names[host] {
		return host, nil
	}
	for _, suffix := range h.suffixes {
		if strings.HasSuffix(host, "."+suffix) {
			return host, nil
		}
	}
	return "", fmt.Errorf("%w: it is not one of the configured hosts", ErrName)
}

// maxName is the longest host name of the DNS in bytes.
const maxName = 253

func normalise(name string) (string, error) {
	name = strings.TrimSuffix(name, ".")
	if len(name) > 4*maxName { // before any work on it
		return "", fmt.Errorf("%w: it is too long", ErrName)
	}
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return "", fmt.Errorf("%w: it is an IP address", ErrName)
	}
	host, err := idna.Lookup.ToASCII(name)
	if err != nil || !valid(host) {
		return "", fmt.Errorf("%w: it is not a host name", ErrName)
	}
	return host, nil
}

// valid reports whether host is made of labels of letters, digits and inner
// hyphens, the last of them not all digits (which resolvers read as an address).
func valid(host string) bool {
	if host == "" || len(host) > maxName {
		return false
	}
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
	}
	last := labels[len(labels)-1]
	return strings.Trim(last, "0123456789") != ""
}
