package simulator

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const slashPath = "/open-apis/application/v7/app_slash_commands"

func TestSlashCommands(t *testing.T) {
	w := newWorld(t, Options{})
	made := w.fine("create", w.post(slashPath, object{
		"command": "report", "description": object{"default_value": "Report", "i18n": object{"zh_cn": "huibao"}}, "icon": object{"icon_key": "chat_filled"},
	})).data
	id, at := made["command_id"].(string), fmt.Sprint(noon.UnixMilli())
	want := object{
		"command_id": id, "command": "report", "description": object{"default_value": "Report", "i18n": object{"zh_cn": "huibao"}},
		"icon": object{"icon_key": "chat_filled"}, "create_time": at, "update_time": at,
	}
	list := func() []any { return w.fine("list", w.get(slashPath)).data["items"].([]any) }
	if diff := cmp.Diff([]any{want}, list()); diff != "" {
		t.Error(diff)
	}
	w.Clock().Advance(time.Second)
	w.fine("patch", w.call("PATCH", slashPath+"/"+id, object{"description": object{"default_value": "Meetings"}}))
	want["description"], want["update_time"] = object{"default_value": "Meetings"}, fmt.Sprint(noon.UnixMilli()+1000)
	if diff := cmp.Diff([]any{want}, list()); diff != "" {
		t.Errorf("a description is replaced as a whole, the rest stays: %s", diff)
	}
	w.fine("a second", w.post(slashPath, object{"command": "help", "description": object{"default_value": "Help"}}))
	if got := list(); got[0].(object)["command"] != "help" || got[0].(object)["icon"].(object)["icon_key"] != "skill_outlined" {
		t.Errorf("the newest comes first, with the usual icon: %v", got[0])
	}
	w.fine("delete", w.call("DELETE", slashPath+"/"+id, nil))
	if got := list(); len(got) != 1 {
		t.Errorf("after deletion %v", got)
	}
}

func TestSlashCommandRefusals(t *testing.T) {
	w := newWorld(t, Options{})
	words := object{"default_value": "Report"}
	id := w.fine("create", w.post(slashPath, object{"command": "report", "description": words})).data["command_id"].(string)
	for name, test := range map[string]struct {
		body object
		code int
	}{
		"twice":               {object{"command": "report", "description": words}, 40000000},
		"with a slash":        {object{"command": "/help", "description": words}, 99992402},
		"Chinese":             {object{"command": groupName, "description": words}, 99992402},
		"without description": {object{"command": "help"}, 99992402},
		"empty description":   {object{"command": "help", "description": object{"default_value": ""}}, 99992402},
		"unknown language":    {object{"command": "help", "description": object{"default_value": "x", "i18n": object{"xx_xx": "x"}}}, 99992402},
		"unknown icon":        {object{"command": "help", "description": words, "icon": object{"icon_key": "Skill"}}, 40000031},
	} {
		w.refusedWith(name, w.post(slashPath, test.body), test.code)
	}
	w.refusedWith("another command", w.call("PATCH", slashPath+"/"+id, object{"command": "other"}), 99992402)
	w.refusedWith("no such command", w.call("PATCH", slashPath+"/none", object{}), 99992402)
	w.refusedWith("delete no such command", w.call("DELETE", slashPath+"/none", nil), 99992402)
	for i := range 99 {
		w.fine("one of a hundred", w.post(slashPath, object{"command": fmt.Sprint("c", i), "description": words}))
	}
	w.refusedWith("the 101st", w.post(slashPath, object{"command": "more", "description": words}), 40000000)
	w.WithholdScope("application:app_slash_command:write", true)
	w.refusedWith("without the scope", w.post(slashPath, object{"command": "more", "description": words}), 99991672)
	w.fine("reading without it", w.get(slashPath))
}
