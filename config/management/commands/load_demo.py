"""Build the demo city in an empty database. Refused without DEBUG and, unless --if-empty, on a database in use."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from config.demo.city import PASSPHRASES, PASSWORD, PEOPLE, build
from config.demo.clock import Calendar
from config.demo.plot import tell_all
from integrity.models import Case, Lead


class Command(BaseCommand):
    help = "Build the demo city: invented units and people in Guangyuan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are accounts already")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("the demo city has known passwords and is built only with DEBUG=1")
        if User.objects.exists():
            if not options["if_empty"]:
                raise CommandError("the database is not empty: the demo city is built only in an empty one")
            self._say_accounts()
            return
        today = timezone.localdate()
        calendar = Calendar(today)
        self.stdout.write("正在建立演示城市，约需一分钟 / building the demo city, about a minute")
        with transaction.atomic():
            city = build(today)
            tell_all(city, calendar, lambda part: self.stdout.write(f"  {part}"))
        self.stdout.write(f"线索 {Lead.objects.count()}，案件 {Case.objects.count()}")
        self._say_accounts()

    def _say_accounts(self) -> None:
        if not settings.DEBUG:
            return
        self.stdout.write(f"演示账号（密码 {PASSWORD}）/ demo accounts (password {PASSWORD}):")
        for account, name, _department, role, _clearance in PEOPLE:
            self.stdout.write(f"  {account:14} {role.label} · {name}")
        for account, passphrase in PASSPHRASES.items():
            self.stdout.write(f"  {account} 的保管口令 / passphrase: {passphrase}")
        self.stdout.write("动态口令在第二重验证页上显示 / one-time codes are shown on the second-factor page")
