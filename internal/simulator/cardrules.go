package simulator

import (
	"regexp"
	"strings"
)

// The codes with which the platform refuses a card. Source: im-v1/message,
// sub-codes of 230099; card-json-v2-structure.
const (
	cardBroken    = 200621
	cardUnknown   = 200861
	cardTooMany   = 11310
	cardRowsBad   = 200914
	cardRowNoName = 200915
	cardChartBad  = 200550
	cardNameEmpty = 200530
	cardImageBad  = 200570
	cardNoSuch    = 200380 // template
	cardIDBad     = 300301
)

// A card may hold so many elements, tables and tables of Markdown, so many
// levels deep.
const (
	cardElements       = 200
	cardTables         = 5
	cardMarkdownTables = 4
	cardDepth          = 5
	tableColumns       = 50
)

// fields is a set of words.
type fields map[string]bool

// set reads words that are separated by white space.
func set(words string) fields {
	found := fields{}
	for word := range strings.FieldsSeq(words) {
		found[word] = true
	}
	return found
}

// sets reads several sets.
func sets(words map[string]string) map[string]fields {
	found := map[string]fields{}
	for name, list := range words {
		found[name] = set(list)
	}
	return found
}

// has reports whether a word is in the set.
func (f fields) has(word string) bool { return f[word] }

// locales are the languages of a card. Source: configure-multi-language-content.
var locales = set("zh_cn en_us zh_hk zh_tw ja_jp id_id vi_vn th_th pt_br es_es ko_kr de_de fr_fr it_it ru_ru ms_my")

// What several components may hold.
const (
	common  = "tag element_id margin "
	layout  = "direction padding horizontal_spacing vertical_spacing horizontal_align vertical_align "
	chooser = common + "placeholder width name required disabled behaviors confirm "
)

// componentFields are the components and their properties. Source: the pages of
// card-json-v2-components.
var componentFields = sets(map[string]string{
	"markdown":   common + "content i18n_content text_size text_align icon",
	"div":        common + "text icon width",
	"hr":         common,
	"column_set": common + "columns flex_mode horizontal_spacing horizontal_align background_style action",
	"table":      common + "columns rows page_size row_height row_max_height freeze_first_column header_style",
	"chart":      common + "chart_spec aspect_ratio color_theme height preview",
	"img":        common + "img_key i18n_img_key alt title scale_type size preview corner_radius transparent",
	"person":     common + "size show_avatar show_name style user_id",
	"person_list": common + "lines show_name show_avatar size persons drop_invalid_user_id icon " +
		"ud_icon",
	"button":        common + "text type size width icon disabled disabled_tips hover_tips confirm behaviors name form_action_type required",
	"select_static": chooser + "options initial_option initial_index type",
	"multi_select_static": chooser + "options selected_values " +
		"type",
	"select_person":   chooser + "options initial_option type",
	"date_picker":     chooser + "initial_date value",
	"picker_time":     chooser + "initial_time value",
	"picker_datetime": chooser + "initial_datetime value",
	"input": chooser + "label label_position default_value i18n_default_value max_length input_type rows auto_resize max_rows show_icon " +
		"disabled_tips",
	"checker":           common + "name checked text overall_checkable button_area checked_style confirm behaviors hover_tips disabled disabled_tips padding",
	"overflow":          common + "width options value confirm",
	"form":              common + layout + "name elements",
	"collapsible_panel": common + layout + "expanded header border elements background_color",
	"interactive_container": common + layout + "behaviors elements width height background_style has_border border_color corner_radius " +
		"confirm disabled disabled_tips hover_tips",
})

// partFields are the parts of a card and of its components that are no
// components themselves.
var partFields = sets(map[string]string{
	"card": "schema config card_link header body",
	"config": "update_multi enable_forward enable_forward_interaction width_mode summary locales streaming_mode streaming_config " +
		"use_custom_translation style",
	"summary":   "content i18n_content",
	"style":     "text_size color",
	"text_size": "default pc mobile",
	"color":     "light_mode dark_mode",
	"card_link": "url pc_url ios_url android_url",
	"header":    "title subtitle text_tag_list i18n_text_tag_list template icon padding",
	"body":      layout + "elements",

	"text":                     "tag element_id content i18n_content text_size text_color text_align lines icon",
	"text_tag":                 "tag element_id text i18n_text color",
	"icon":                     "tag token color img_key size",
	"column":                   common + layout + "elements width weight background_style action",
	"confirm":                  "title text",
	"option":                   "text value icon multi_url",
	"open_url":                 "type default_url android_url ios_url pc_url",
	"callback":                 "type value",
	"action":                   "multi_url",
	"multi_url":                "url pc_url ios_url android_url",
	"collapsible_panel.header": "title background_color width vertical_align padding position icon icon_position icon_expanded_angle",
	"border":                   "color corner_radius",
	"table.columns":            "name display_name width vertical_align horizontal_align data_type format date_format",
	"format":                   "symbol precision separator",
	"header_style":             "text_align text_size background_style text_color bold lines",
	"cell.option":              "text color",
})

// choices are the properties that take one of some words, by component or for all.
var choices = sets(map[string]string{
	"direction":                         "vertical horizontal",
	"horizontal_align":                  "left center right",
	"vertical_align":                    "top center bottom",
	"text_align":                        "left center right",
	"form_action_type":                  "submit reset",
	"config.width_mode":                 "default compact fill",
	"header.template":                   "blue wathet turquoise green yellow orange red carmine violet purple indigo grey default",
	"column_set.flex_mode":              "none stretch flow bisect trisect",
	"button.type":                       "default primary danger text primary_text danger_text primary_filled danger_filled laser",
	"button.size":                       "tiny small medium large",
	"select_static.type":                "default text",
	"input.input_type":                  "text multiline_text password",
	"input.label_position":              "top left",
	"chart.aspect_ratio":                "1:1 2:1 4:3 16:9",
	"chart.color_theme":                 "brand rainbow complementary converse primary",
	"table.columns.data_type":           "text lark_md options number persons date markdown",
	"header_style.text_size":            "normal heading",
	"header_style.background_style":     "grey none",
	"collapsible_panel.header.width":    "fill auto auto_when_fold",
	"collapsible_panel.header.position": "top bottom",
	"icon_position":                     "left right follow_text",
})

// textSizes are the sizes of texts, besides those a card defines itself.
var textSizes = set(`heading-0 heading-1 heading-2 heading-3 heading-4 heading normal notation xxxx-large xxx-large xx-large x-large
large medium small x-small`)

// Properties that take only a truth value or only a text.
var (
	booleans = set(`disabled required expanded has_border preview transparent bold separator freeze_first_column auto_resize show_icon
streaming_mode enable_forward enable_forward_interaction use_custom_translation checked overall_checkable update_multi show_avatar
show_name`)
	texts = set(`content text_size text_color width height background_style background_color token img_key user_id initial_option
default_value initial_date initial_time initial_datetime display_name date_format aspect_ratio symbol corner_radius border_color name
element_id url pc_url ios_url android_url default_url`)
)

// patterns are the properties whose text has a form.
var patterns = map[string]*regexp.Regexp{
	"margin":             regexp.MustCompile(`^-?\d{1,2}(px)?( -?\d{1,2}(px)?){0,3}$`),
	"padding":            regexp.MustCompile(`^\d{1,2}(px)?( \d{1,2}(px)?){0,3}$`),
	"horizontal_spacing": regexp.MustCompile(`^(small|medium|large|extra_large|default|\d{1,2}px)$`),
	"vertical_spacing":   regexp.MustCompile(`^(small|medium|large|extra_large|default|\d{1,2}px)$`),
	"element_id":         regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]{0,19}$`),
	"initial_date":       regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`),
	"initial_time":       regexp.MustCompile(`^\d{2}:\d{2}$`),
	"initial_datetime":   regexp.MustCompile(`^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$`),
}

// chartTypes are the kinds of charts. Source: card-json-v2-components, chart.
var chartTypes = set("line area bar pie common funnel scatter radar linearProgress circularProgress wordCloud")

// markdownTable is the line under the head of a table in Markdown.
var markdownTable = regexp.MustCompile(`(?m)^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)+\|?\s*$`)

// link is an address that a card may lead to.
var link = regexp.MustCompile(`^(https?|lark)://\S+$`)
