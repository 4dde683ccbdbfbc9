package reports

import (
	"fmt"
	"slices"
)

// Unit is where a tenant's meeting data reside. The empty unit is "not sent":
// a tenant with one region must leave the platform's parameter out.
// Source: vc-v1/report/get_daily.
type Unit string

// The units the platform knows; their platform numbers are 0 to 3.
const (
	UnitNone Unit = ""
	UnitCN   Unit = "cn"
	UnitUS   Unit = "us"
	UnitSG   Unit = "sg"
	UnitJP   Unit = "jp"
)

var units = []Unit{UnitCN, UnitUS, UnitSG, UnitJP}

// ParseUnit reads cn, us, sg or jp; the empty text is UnitNone.
func ParseUnit(text string) (Unit, error) {
	unit := Unit(text)
	if unit == UnitNone || slices.Contains(units, unit) {
		return unit, nil
	}
	return UnitNone, fmt.Errorf("unit %q is none of cn, us, sg, jp", text)
}

// Number is the platform's number of the unit, and false for UnitNone.
func (u Unit) Number() (int, bool) {
	i := slices.Index(units, u)
	return i, i >= 0
}
