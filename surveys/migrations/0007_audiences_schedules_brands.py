

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0006_limits_and_wishes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SentInMinute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minute', models.DateTimeField()),
                ('domain', models.CharField(blank=True, max_length=255)),
                ('mails', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('is_scanner', models.BooleanField(default=False, verbose_name='scanner')),
                ('reason', models.CharField(blank=True, max_length=100, verbose_name='reason')),
                ('score', models.SmallIntegerField(null=True)),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='account',
            name='is_key',
            field=models.BooleanField(default=False, help_text='Its account manager is told when it stays silent.', verbose_name='key account'),
        ),
        migrations.AddField(
            model_name='contact',
            name='attributes',
            field=models.JSONField(blank=True, default=dict, verbose_name='own attributes'),
        ),
        migrations.AddField(
            model_name='contact',
            name='is_key',
            field=models.BooleanField(default=False, help_text='The account manager is told when the address bounces.', verbose_name='key contact'),
        ),
        migrations.AddField(
            model_name='distribution',
            name='reminder_days',
            field=models.PositiveSmallIntegerField(default=5, verbose_name='days before each reminder'),
        ),
        migrations.AddField(
            model_name='distribution',
            name='reminders',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='automatic reminders'),
        ),
        migrations.AddField(
            model_name='distribution',
            name='scheduled_for',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='distribution',
            name='spread_days',
            field=models.PositiveSmallIntegerField(default=1, help_text='So that answers arrive steadily. 1: all on the first day.', verbose_name='spread over days'),
        ),
        migrations.AddField(
            model_name='distribution',
            name='starts_at',
            field=models.DateTimeField(blank=True, help_text='Empty: as soon as it is confirmed.', null=True, verbose_name='first mails on'),
        ),
        migrations.AlterField(
            model_name='skip',
            name='reason',
            field=models.CharField(choices=[('unsubscribed', 'Unsubscribed'), ('bounced', 'The address bounces'), ('left', 'Left the company'), ('asked_recently', 'Was asked recently'), ('asked_often', 'Was asked often enough this year'), ('still_open', 'Has not answered earlier ones yet'), ('account_ended', 'The account has left'), ('excluded', 'On an exclusion list'), ('not_drawn', 'Not drawn in the sample')], max_length=20, verbose_name='reason'),
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('contact_bounces', "A key contact's address bounces"), ('account_silent', 'A key account stays silent')], max_length=20, verbose_name='kind')),
                ('occasion', models.CharField(max_length=100, unique=True)),
                ('facts', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('mailed_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True, verbose_name='seen at')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='surveys.account', verbose_name='account')),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='surveys.contact', verbose_name='contact')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='alerts', to=settings.AUTH_USER_MODEL, verbose_name='told to')),
            ],
            options={
                'verbose_name': 'alert',
                'verbose_name_plural': 'alerts',
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Brand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=100, verbose_name='name')),
                ('colour', models.CharField(blank=True, max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}\\Z', 'Name a colour as #2f5d8c.')], verbose_name='colour')),
                ('sender_email', models.EmailField(blank=True, help_text='Your mail server must be allowed to send for it.', max_length=254, verbose_name='sender')),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='replies go to')),
                ('logo', models.BinaryField(blank=True, null=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('survey', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='brand', to='surveys.survey')),
            ],
            options={
                'verbose_name': 'brand',
                'verbose_name_plural': 'brands',
            },
        ),
        migrations.CreateModel(
            name='CustomerEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(choices=[('opportunity_won', 'Opportunity won'), ('order_delivered', 'Order delivered'), ('ticket_closed', 'Ticket closed'), ('renewal', 'Renewal')], max_length=20, verbose_name='event')),
                ('external_id', models.CharField(max_length=150, verbose_name='external id')),
                ('happened_on', models.DateField(help_text='For a renewal, its day, which may lie ahead.', verbose_name='day')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('is_simulated', models.BooleanField(default=False, editable=False, verbose_name='simulated')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='surveys.account', verbose_name='account')),
                ('contact', models.ForeignKey(blank=True, help_text="Empty: everybody at the account whom the schedule's audience includes.", null=True, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='surveys.contact', verbose_name='contact')),
            ],
            options={
                'verbose_name': 'customer event',
                'verbose_name_plural': 'customer events',
                'ordering': ['-happened_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ExclusionList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'exclusion list',
                'verbose_name_plural': 'exclusion lists',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ExcludedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('exclusion_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='surveys.exclusionlist', verbose_name='exclusion list')),
            ],
            options={
                'verbose_name': 'excluded address',
                'verbose_name_plural': 'excluded addresses',
                'ordering': ['email'],
            },
        ),
        migrations.CreateModel(
            name='SavedAudience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('audience', models.JSONField(default=dict, verbose_name='audience')),
                ('is_shared', models.BooleanField(default=False, help_text='All survey owners may use it; only you may change it.', verbose_name='shared')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_audiences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'saved audience',
                'verbose_name_plural': 'saved audiences',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('audience', models.JSONField(default=dict, verbose_name='audience')),
                ('kind', models.CharField(choices=[('recurring', 'Recurring'), ('event', 'After an event')], max_length=10, verbose_name='kind')),
                ('months', models.PositiveSmallIntegerField(choices=[(1, 'each month'), (3, 'each quarter'), (6, 'each half-year'), (12, 'each year')], default=3, verbose_name='how often')),
                ('asks_a_year', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='each account is asked, times a year')),
                ('starts_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='first day')),
                ('occasion', models.CharField(blank=True, choices=[('opportunity_won', 'Opportunity won'), ('order_delivered', 'Order delivered'), ('ticket_closed', 'Ticket closed'), ('renewal', 'Renewal')], max_length=20, verbose_name='event')),
                ('delay_days', models.SmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(-365), django.core.validators.MaxValueValidator(365)], verbose_name='days after the event')),
                ('spread_days', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='spread over days')),
                ('days_open', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='days open')),
                ('reminders', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(5)], verbose_name='automatic reminders')),
                ('reminder_days', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='days before each reminder')),
                ('is_stopped', models.BooleanField(default=False, verbose_name='stopped')),
                ('trouble', models.TextField(blank=True, editable=False, verbose_name='last trouble')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('is_simulated', models.BooleanField(default=False, editable=False, verbose_name='simulated')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schedules', to='surveys.survey', verbose_name='survey')),
            ],
            options={
                'verbose_name': 'schedule',
                'verbose_name_plural': 'schedules',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='HandledEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('handled_at', models.DateTimeField(auto_now_add=True)),
                ('distribution', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.distribution')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handled', to='surveys.customerevent')),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handled_events', to='surveys.schedule')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='distribution',
            name='schedule',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='distributions', to='surveys.schedule', verbose_name='schedule'),
        ),
        migrations.AddConstraint(
            model_name='distribution',
            constraint=models.UniqueConstraint(fields=('schedule', 'scheduled_for'), name='one_distribution_a_day_of_a_schedule'),
        ),
        migrations.AddConstraint(
            model_name='sentinminute',
            constraint=models.UniqueConstraint(fields=('minute', 'domain'), name='one_counter_a_minute'),
        ),
        migrations.AddField(
            model_name='visit',
            name='invitation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visits', to='surveys.invitation'),
        ),
        migrations.AddConstraint(
            model_name='brand',
            constraint=models.UniqueConstraint(models.Value(1), condition=models.Q(('survey', None)), name='one_brand_of_the_organisation'),
        ),
        migrations.AddIndex(
            model_name='customerevent',
            index=models.Index(fields=['occasion', 'happened_on'], name='surveys_cus_occasio_ec32fa_idx'),
        ),
        migrations.AddConstraint(
            model_name='customerevent',
            constraint=models.UniqueConstraint(fields=('occasion', 'external_id'), name='one_event_each'),
        ),
        migrations.AddIndex(
            model_name='excludedaddress',
            index=models.Index(django.db.models.functions.text.Lower('email'), name='excluded_by_address'),
        ),
        migrations.AddConstraint(
            model_name='excludedaddress',
            constraint=models.UniqueConstraint(models.F('exclusion_list'), django.db.models.functions.text.Lower('email'), name='address_once_on_a_list'),
        ),
        migrations.AddConstraint(
            model_name='savedaudience',
            constraint=models.UniqueConstraint(models.F('created_by'), django.db.models.functions.text.Lower('name'), name='one_audience_of_a_name', violation_error_message='You have an audience of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='handledevent',
            constraint=models.UniqueConstraint(fields=('schedule', 'event'), name='event_handled_once'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['invitation', 'at'], name='surveys_vis_invitat_a481c2_idx'),
        ),
    ]
