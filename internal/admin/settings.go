package admin

import (
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"huibao/internal/calendar"
	"huibao/internal/fault"
	"huibao/internal/settings"
	"huibao/reports"
	"huibao/templates"
)

// settingsBody is the settings as they are sent and answered.
type settingsBody struct {
	Locale    string   `json:"locale"`
	Timezone  string   `json:"timezone"`
	WeekStart string   `json:"week_start"`
	Unit      *string  `json:"unit"`
	Access    string   `json:"access"`
	Calendar  string   `json:"calendar"`
	TopUsers  string   `json:"top_users"`
	Admins    []string `json:"admins"`
}

// showSettings writes settings.
func showSettings(s settings.Settings) settingsBody {
	admins := append([]string{}, s.Admins...) // its own: a request is read into it
	return settingsBody{
		Locale: string(s.Locale), Timezone: s.Timezone, WeekStart: s.WeekStart, Unit: optional(s.Unit),
		Access: s.Access, Calendar: s.Calendar, TopUsers: s.TopUsers, Admins: admins,
	}
}

// getSettings answers GET /settings.
func (a *API) getSettings(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, showSettings(a.Settings.Of(tenantKey)))
}

// putSettings answers PUT /settings. What is left out stays as it is.
func (a *API) putSettings(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	body, err := readAll(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	changed, err := a.Settings.Change(ctx, tenantKey, a.entry(c, tenantKey, "settings.update", "settings"), func(s *settings.Settings) error {
		request := showSettings(*s)
		misread := decodeBody(body, &request)
		s.Locale, s.Timezone, s.WeekStart = templates.Locale(request.Locale), request.Timezone, request.WeekStart
		s.Unit, s.Access, s.Calendar = reports.Unit(value(request.Unit)), request.Access, request.Calendar
		s.TopUsers, s.Admins = request.TopUsers, request.Admins
		if misread != nil { // otherwise what follows checks
			return allWrong(misread, s.Check())
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := a.Scheduler.Replan(ctx, tenantKey); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, showSettings(changed))
}

// yearBody is a year's days that differ from the usual week.
type yearBody struct {
	Year int       `json:"year"`
	Days []dayBody `json:"days"`
	// Known is false when there is no list for the year, so that the usual
	// week counts.
	Known bool `json:"known"`
	// Shipped are the days as they come with the program, which the tenant's own
	// list takes the place of; ShippedKnown is false when it comes with none.
	Shipped      []dayBody `json:"shipped"`
	ShippedKnown bool      `json:"shipped_known"`
}

// dayBody is one of them.
type dayBody struct {
	Date    reports.Date `json:"date"`
	Workday bool         `json:"workday"`
	Name    string       `json:"name"`
}

// showYear writes a year of the tenant's calendar.
func (a *API) showYear(tenantKey string, year int) yearBody {
	days, shipped := a.Settings.Calendar(tenantKey), a.Settings.Shipped(tenantKey)
	return yearBody{
		Year: year, Days: showDays(days.Year(year)), Known: days.Known(year),
		Shipped: showDays(shipped.Year(year)), ShippedKnown: shipped.Listed(year),
	}
}

// showDays writes days of the calendar.
func showDays(days []calendar.Day) []dayBody {
	shown := make([]dayBody, 0, len(days))
	for _, day := range days {
		shown = append(shown, dayBody{Date: day.Date, Workday: day.Workday, Name: day.Name})
	}
	return shown
}

// readYear reads the year of the path.
func readYear(c echo.Context) (int, error) {
	year, err := strconv.Atoi(c.Param("year"))
	if err != nil || year < 2000 || year > 2100 {
		return 0, fault.New(fault.NotFound, "fault.calendar.year", nil)
	}
	return year, nil
}

// getCalendar answers GET /calendar/{year}.
func (a *API) getCalendar(c echo.Context) error {
	year, err := readYear(c)
	if err != nil {
		return err
	}
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, a.showYear(tenantKey, year))
}

// yearRequest is a year's list as it is sent.
type yearRequest struct {
	Year *int         `json:"year"`
	Days []dayRequest `json:"days"`
	// These are taken and ignored, so that what was read can be sent back.
	Known        any `json:"known"`
	Shipped      any `json:"shipped"`
	ShippedKnown any `json:"shipped_known"`
}

// dayRequest is one day of it.
type dayRequest struct {
	Date    string `json:"date"`
	Workday *bool  `json:"workday"`
	Name    string `json:"name"`
}

// putCalendar answers PUT /calendar/{year}: the list takes the place of the
// year's present one.
func (a *API) putCalendar(c echo.Context) error {
	year, err := readYear(c)
	if err != nil {
		return err
	}
	var request yearRequest
	misread := readBody(c, &request)
	days, err := request.read(year)
	if err := allWrong(misread, err); err != nil {
		return err
	}
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	entry := a.entry(c, tenantKey, "calendar.update", "calendar/"+strconv.Itoa(year))
	if _, err := a.Settings.ChangeYear(ctx, tenantKey, year, entry, func(y *settings.Year) error {
		y.Days, y.Shipped = days, false
		return nil
	}); err != nil {
		return err
	}
	if err := a.Scheduler.Replan(ctx, tenantKey); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, a.showYear(tenantKey, year))
}

// longestDayName is the longest name of a day, in characters.
const longestDayName = 100

// read checks the list; every wrong day is named.
func (r yearRequest) read(year int) ([]calendar.Day, error) {
	var wrong []fault.Field
	refuse := func(i int, name, key string, args fault.Args) {
		wrong = append(wrong, fault.Field{Name: "days[" + strconv.Itoa(i) + "]." + name, Key: key, Args: args})
	}
	if r.Year != nil && *r.Year != year {
		wrong = append(wrong, fault.Field{Name: "year", Key: "fault.calendar.other_year"})
	}
	if r.Days == nil {
		wrong = append(wrong, fault.Field{Name: "days", Key: "fault.calendar.days"})
	}
	days, seen := make([]calendar.Day, 0, len(r.Days)), map[reports.Date]bool{}
	for i, day := range r.Days {
		date, err := reports.ParseDate(day.Date)
		dateYear, _, _ := date.Split()
		switch {
		case err != nil:
			refuse(i, "date", "fault.period.date", fault.Args{"part": day.Date})
		case dateYear != year:
			refuse(i, "date", "fault.calendar.other_year", nil)
		case seen[date]:
			refuse(i, "date", "fault.calendar.twice", fault.Args{"part": day.Date})
		case utf8.RuneCountInString(day.Name) > longestDayName:
			refuse(i, "name", "fault.schedule.too_long", fault.Args{"most": strconv.Itoa(longestDayName)})
		}
		seen[date] = true
		if day.Workday == nil {
			refuse(i, "workday", "fault.calendar.workday", nil)
			continue
		}
		days = append(days, calendar.Day{Date: date, Workday: *day.Workday, Name: day.Name})
	}
	if len(wrong) > 0 {
		return nil, &fault.Error{Kind: fault.Invalid, Key: "fault.admin.invalid", Fields: wrong}
	}
	return days, nil
}
