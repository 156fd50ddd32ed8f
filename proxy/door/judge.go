package door

import "coatcheck/proxy/reason"

// action is what happens to a CONNECT.
type action uint8

const (
	refuse action = iota
	tunnel
	open
)

// verdict is the decision about a target, always with its reason.
type verdict struct {
	action action
	reason reason.Reason
}

// judge decides about a target by the host table. sni is empty before the
// client's hello has been read. A model host is never tunnelled, whichever
// way its name shows.
func (d *Door) judge(o Origin, sni string) verdict {
	_, hostOpen := d.hosts.find(o.Host, o.Port)
	_, sniOpen := d.hosts.find(sni, o.Port)
	switch {
	case hostOpen && o.IP.IsValid():
		return verdict{refuse, reason.AddressOnly} // an upstream by address is for base-URL mode
	case hostOpen:
		return verdict{open, reason.ModelHost}
	case sni != "" && sniOpen && o.IP.IsValid():
		return verdict{open, reason.ModelHost}
	case sni != "" && sniOpen:
		return verdict{refuse, reason.HostMismatch}
	case d.cfg.RefuseUnknown:
		return verdict{refuse, reason.UnknownHost}
	default:
		return verdict{tunnel, reason.UnknownHost}
	}
}

// judgeSeen decides about a tunnel by the client's first bytes. HTTP in clear
// is opened whatever the host is: whether it is a model's is told by its path.
func (d *Door) judgeSeen(o Origin, s seen) verdict {
	switch s.protocol {
	case tlsUnread:
		return verdict{refuse, reason.UnreadHello}
	case clearHTTP:
		return verdict{open, reason.UnknownHost}
	}
	return d.judge(o, s.name)
}
