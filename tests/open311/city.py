# SPDX-License-Identifier: Apache-2.0
"""city - what the clauses need of the city: a catalogue with every kind of question and every type of
service, keys, and cases in every state."""
import csv
import os
import pathlib
import shutil
import subprocess

SOURCE = pathlib.Path(__file__).resolve().parents[2]
TINY = SOURCE / "deploy/catalogue/tiny"
LIST_AGAIN = SOURCE / "tests/support/list_again.sql"

SERVICE = {"kind": "field_report", "group_vi": "Thử", "group_en": "Trial", "description_vi": "Mô tả",
           "description_en": "Description", "regime": "R1", "clock": "working_days", "amount": "2",
           "priority": "3", "place": "required", "anonymous": "yes", "basis": "giả định",
           "incident": "no"}
SERVICES = [
    {"code": "BATCH", "name_vi": "Gửi theo lô", "name_en": "In batches", "open311": "batch"},
    {"code": "BLIND", "name_vi": "Không theo dõi", "name_en": "Not followed", "open311": "blackbox"},
    {"code": "FORM", "name_vi": "Mọi loại câu hỏi", "name_en": "All questions", "keywords": "mẫu,form"},
    {"code": "NAMED", "name_vi": "Không nhận ẩn danh", "name_en": "Not anonymous", "anonymous": "no"},
    {"code": "PLAIN", "name_vi": "Không câu hỏi", "name_en": "No questions"},
]
DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")


def append(path, rows):
    with open(path, encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    with open(path, "a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, names, restval="", lineterminator="\n").writerows(rows)


def make_catalogue(folder):
    shutil.copytree(TINY, folder)
    append(folder / "services.csv", [{**SERVICE, **service} for service in SERVICES])
    append(folder / "attributes.csv", [
        {"service": "FORM", "code": f"q_{datatype}", "order": str(order), "datatype": datatype,
         "required": "yes" if datatype == "number" else "no", "variable": "yes",
         "description_vi": f"Câu hỏi {datatype}?", "description_en": f"Question {datatype}?",
         "hint_vi": "Gợi ý", "hint_en": "Hint"}
        for order, datatype in enumerate(DATATYPES, 1)] + [
        {"service": "FORM", "code": "notice", "order": "7", "datatype": "text", "required": "no",
         "variable": "no", "description_vi": "Xin lưu ý.", "description_en": "Please note."}])
    append(folder / "attribute_values.csv", [
        {"service": "FORM", "attribute": attribute, "key": key, "name_vi": f"Giá trị {key}",
         "name_en": f"Value {key}"}
        for attribute in ("q_singlevaluelist", "q_multivaluelist") for key in ("a", "b", "c")])


class City:
    """The settings of the services are in the environment."""

    def __init__(self, bin_dir, work_dir):
        self.bin, self.dir = pathlib.Path(bin_dir), pathlib.Path(work_dir)

    def ctl(self, *args):
        done = subprocess.run([self.bin / "dunghen", *args], cwd=self.dir, check=False, capture_output=True,
                              text=True)
        assert done.returncode == 0, f"dunghen {' '.join(args)}: {done.stderr}"
        return done.stdout.strip()

    def load_catalogue(self):
        folder = self.dir / "open311-catalogue"
        if not folder.exists():
            make_catalogue(folder)
        self.ctl("catalogue", "load", str(folder))

    def sql(self, statement):
        """As the superuser; the first field of the first row."""
        url = os.environ["DUNGHEN_DATABASE_URL"] + "&user=dunghen"
        done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement],
                              check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def change_cases(self, statement):
        """Past the tracker; what lists walk follows."""
        self.sql(statement)
        self.sql(LIST_AGAIN.read_text(encoding="utf-8"))
