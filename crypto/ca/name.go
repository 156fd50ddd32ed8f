package ca

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"coatcheck/crypto/hostname"
)

// hosts are the patterns of the names that an authority stands for.
type hosts []string

// parseHosts reads Options.Hosts and names every fault at once.
func parseHosts(list []string) (hosts, error) {
	var h hosts
	var faults []error
	for _, entry := range list {
		pattern, err := hostname.ParsePattern(entry)
		if err != nil {
			faults = append(faults, fmt.Errorf("host %q: %w", entry, err))
			continue
		}
		h = append(h, pattern)
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
	var list []string
	for _, pattern := range h {
		list = append(list, strings.TrimPrefix(pattern, "*."))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// match returns the host in the form that certificates carry.
func (h hosts) match(name string) (string, error) {
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return "", fmt.Errorf("%w: it is an IP address", ErrName)
	}
	host, err := hostname.Parse(name)
	if err != nil || !host.Certifiable() {
		return "", fmt.Errorf("%w: it is not a host name", ErrName)
	}
	if !slices.ContainsFunc(h, host.Matches) {
		return "", fmt.Errorf("%w: it is not one of the configured hosts", ErrName)
	}
	return string(host), nil
}
